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
 * The identity of a queue, however it is written: two texts name the same queue if all four parts are equal.
 *
 * @param partition for example {@code aws} or {@code aws-cn}; null if not known
 * @param region null if not known
 * @param account the number of the AWS account; null if not known
 * @param name never null
 */
public record QueueIdentity(String partition, String region, String account, String name) {

    private static final int PARTS_OF_AN_ARN = 6;

    /** Emulators use this instead of an account number. */
    private static final String NO_ACCOUNT = "000000000000";

    private static final Pattern ACCOUNT = Pattern.compile("\\d{12}");

    /**
     * The hosts of SQS: regional, FIPS, dual-stack and VPC endpoints, and the legacy hosts, of which the one without a region is us-east-1
     * (AWS documentation, "Amazon SQS endpoints and quotas" and "Internetwork traffic privacy").
     */
    private static final List<Pattern> HOSTS = List.of(
            Pattern.compile("(?:vpce-[a-z0-9-]+\\.)?sqs(?:-fips)?\\.([a-z]{2,4}(?:-[a-z]+)+-\\d+)(?:\\.vpce)?\\.(.+)"),
            Pattern.compile("(?:([a-z]{2,4}(?:-[a-z]+)+-\\d+)\\.)?queue\\.(.+)"));

    private static final String REGION_OF_THE_HOST_WITHOUT_ONE = "us-east-1";

    /** The part of an AWS host name after the region; for other partitions, the SDK knows it. */
    private static final List<String> DOMAINS =
            List.of("amazonaws.com", "amazonaws.com.cn", "api.aws", "api.amazonwebservices.com.cn");

    /** A queue of which only the name is known: it is in the region and account of the client. */
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
     * Reads an ARN that SQS returned. Region and partition need not match, because emulators invent them.
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

    /** Reads a URL. The host of a custom endpoint does not show the region, so SQS must be asked. */
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

    /** The region in an AWS host name; null for other hosts. */
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

    /** Whether all parts are known, so that two identities are the same queue if and only if they are equal. */
    boolean isComplete() {
        return partition != null && region != null && account != null;
    }

    /** Whether this may be the other queue: no part that is known of both differs. */
    public boolean mayBe(QueueIdentity other) {
        return name.equals(other.name)
                && agree(partition, other.partition)
                && agree(region, other.region)
                && agree(account, other.account);
    }

    private static boolean agree(String one, String other) {
        return one == null || other == null || one.equals(other);
    }

    /** This identity, with its unknown parts taken from the other one. */
    QueueIdentity completedBy(QueueIdentity other) {
        return new QueueIdentity(
                partition == null ? other.partition : partition,
                region == null ? other.region : region,
                account == null ? other.account : account,
                name);
    }

    /** The ARN, with a star for each unknown part. */
    @Override
    public String toString() {
        return Stream.of("arn", partition, "sqs", region, account, name)
                .map(part -> Objects.requireNonNullElse(part, "*"))
                .collect(Collectors.joining(":"));
    }
}
