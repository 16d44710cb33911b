package io.eventdedup.sqs;

import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import software.amazon.awssdk.regions.PartitionMetadata;
import software.amazon.awssdk.regions.Region;

/**
 * Which queue: two ways to write a queue name the same one if all four parts are equal.
 *
 * @param partition for example {@code aws} or {@code aws-cn}; null if not known
 * @param region null if not known
 * @param account the number of the AWS account; null if not known
 * @param name never null
 */
public record QueueIdentity(String partition, String region, String account, String name) {

    private static final int PARTS_OF_AN_ARN = 6;

    /** What emulators put where AWS has the account. */
    private static final String NO_ACCOUNT = "000000000000";

    private static final Pattern ACCOUNT = Pattern.compile("\\d{12}");

    /**
     * The hosts of SQS: regional, FIPS, dual-stack and VPC endpoints, and those of before 2011, of which the one without a region
     * is us-east-1 (AWS documentation, "Amazon SQS endpoints and quotas" and "Internetwork traffic privacy").
     */
    private static final List<Pattern> HOSTS = List.of(
            Pattern.compile("(?:vpce-[a-z0-9-]+\\.)?sqs(?:-fips)?\\.([a-z]{2,4}(?:-[a-z]+)+-\\d+)(?:\\.vpce)?\\.(.+)"),
            Pattern.compile("(?:([a-z]{2,4}(?:-[a-z]+)+-\\d+)\\.)?queue\\.(.+)"));

    private static final String REGION_OF_THE_HOST_WITHOUT_ONE = "us-east-1";

    /** What follows the region in a host of AWS; other partitions have their own, which the SDK knows. */
    private static final List<String> DOMAINS =
            List.of("amazonaws.com", "amazonaws.com.cn", "api.aws", "api.amazonwebservices.com.cn");

    /** A queue of which nothing but its name is known: one of the client's region and account. */
    static QueueIdentity named(String name) {
        return new QueueIdentity(null, null, null, name);
    }

    /**
     * Reads an ARN that a user wrote.
     *
     * @throws IllegalArgumentException if it is not the ARN of a queue, or names a region that is not in its partition
     */
    static QueueIdentity ofArn(String arn) {
        QueueIdentity queue = reported(arn);
        String partition = partitionOf(queue.region);
        if (!partition.equals(queue.partition)) {
            throw new IllegalArgumentException("%s names the partition %s, but the region %s is in the partition %s"
                    .formatted(arn, queue.partition, queue.region, partition));
        }
        return queue;
    }

    /**
     * Reads an ARN that SQS answered with; an emulator may have its own ideas of regions and partitions.
     *
     * @throws IllegalArgumentException if it is not the ARN of a queue
     */
    public static QueueIdentity reported(String arn) {
        String[] parts = arn.split(":");
        if (parts.length != PARTS_OF_AN_ARN
                || !parts[2].equals("sqs")
                || Arrays.stream(parts).anyMatch(String::isBlank)) {
            throw new IllegalArgumentException(
                    arn + " is not the ARN of a queue; write it like arn:aws:sqs:eu-central-1:123456789012:NAME");
        }
        return new QueueIdentity(parts[1], parts[3], parts[4], parts[5]);
    }

    /** Reads a URL. The host of a custom endpoint says nothing about the region, so that SQS has to be asked. */
    static QueueIdentity ofUrl(URI url) {
        List<String> path = Stream.of(
                        Objects.requireNonNullElse(url.getPath(), "").split("/"))
                .filter(part -> !part.isEmpty())
                .toList();
        if (path.isEmpty()) {
            throw new IllegalArgumentException(
                    url + " names no queue; write it like https://sqs.eu-central-1.amazonaws.com/123456789012/NAME");
        }
        String name = path.get(path.size() - 1);
        String before = path.size() > 1 ? path.get(path.size() - 2) : "";
        String account = ACCOUNT.matcher(before).matches() && !before.equals(NO_ACCOUNT) ? before : null;
        String region = regionOf(Objects.requireNonNullElse(url.getHost(), "").toLowerCase(Locale.ROOT));
        return new QueueIdentity(region == null ? null : partitionOf(region), region, account, name);
    }

    /** The region in a host of AWS; null if it is another host. */
    private static String regionOf(String host) {
        for (Pattern pattern : HOSTS) {
            Matcher matcher = pattern.matcher(host);
            if (matcher.matches()) {
                String region = Objects.requireNonNullElse(matcher.group(1), REGION_OF_THE_HOST_WITHOUT_ONE);
                String domain = matcher.group(2);
                return DOMAINS.contains(domain) || domain.equals(domainOf(region)) ? region : null;
            }
        }
        return null;
    }

    private static String partitionOf(String region) {
        return PartitionMetadata.of(Region.of(region)).id();
    }

    private static String domainOf(String region) {
        return PartitionMetadata.of(Region.of(region)).dnsSuffix();
    }

    /** Whether all is known, so that equal means the same queue and unequal another. */
    boolean isComplete() {
        return partition != null && region != null && account != null;
    }

    /** Whether this may be the other queue, as far as both are known. */
    public boolean mayBe(QueueIdentity other) {
        return name.equals(other.name)
                && agree(partition, other.partition)
                && agree(region, other.region)
                && agree(account, other.account);
    }

    private static boolean agree(String one, String other) {
        return one == null || other == null || one.equals(other);
    }

    /** This, with what it does not know from the other one. */
    QueueIdentity completedBy(QueueIdentity other) {
        return new QueueIdentity(
                partition == null ? other.partition : partition,
                region == null ? other.region : region,
                account == null ? other.account : account,
                name);
    }

    /** As an ARN; a star stands for what is not known. */
    @Override
    public String toString() {
        return Stream.of("arn", partition, "sqs", region, account, name)
                .map(part -> Objects.requireNonNullElse(part, "*"))
                .collect(Collectors.joining(":"));
    }
}
