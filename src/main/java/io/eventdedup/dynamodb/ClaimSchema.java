package io.eventdedup.dynamodb;

import io.eventdedup.claim.Content;
import io.eventdedup.claim.KeyState;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The layout of the items, and the conditions of the protocol as DynamoDB expressions.
 *
 * <pre>
 * eventHash    S  partition key: the repository's key prefix, followed by the key
 * expiration   N  epoch seconds; the time-to-live attribute
 * status       S  IN_PROGRESS, COMPLETED or FREE; absent or anything else reads as COMPLETED (rows of the Lambda)
 * owner        S  token of the delivery that made the claim; kept when the row is completed or freed
 * leaseUntil   N  epoch milliseconds; only while IN_PROGRESS
 * processedAt  N  epoch seconds with milliseconds; only when COMPLETED
 * attempts     N  how often work on the key has failed; absent if never, removed when COMPLETED
 * group        S  token of the group that the claim was made in; only while IN_PROGRESS, until renewed
 * content      B  what later duplicates are compared with; only if there is anything
 * </pre>
 *
 * <p>The item of a group:
 *
 * <pre>
 * eventHash    S  "group/" and the group's token
 * expiration   N  epoch seconds; not earlier than that of any row of the group
 * done         SS the owners whose rows are confirmed
 * </pre>
 *
 * <p>The item of the pipelines whose keys begin with one prefix:
 *
 * <pre>
 * eventHash    S  "pipelines/" and the prefix
 * expiration   N  epoch seconds, 90 days after a pipeline last started
 * ARN          N  for each output queue: epoch seconds of the last start of its pipeline
 * </pre>
 */
final class ClaimSchema {

    static final String KEY = "eventHash";
    static final String EXPIRATION = "expiration";
    static final String STATUS = "status";
    static final String OWNER = "owner";
    static final String LEASE_UNTIL = "leaseUntil";
    static final String PROCESSED_AT = "processedAt";
    static final String ATTEMPTS = "attempts";
    static final String GROUP = "group";
    static final String DONE = "done";
    static final String CONTENT = "content";

    static final String IN_PROGRESS = "IN_PROGRESS";
    static final String COMPLETED = "COMPLETED";
    static final String FREE = "FREE";

    /** {@code status}, {@code owner} and {@code group} are reserved words (Amazon DynamoDB Developer Guide, Reserved words). */
    static final Map<String, String> STATUS_AND_OWNER = Map.of("#status", STATUS, "#owner", OWNER);

    static final Map<String, String> STATUS_OWNER_AND_GROUP =
            Map.of("#status", STATUS, "#owner", OWNER, "#group", GROUP);

    static final Map<String, String> STATUS_ONLY = Map.of("#status", STATUS);

    static final String INSERT_CONDITION = "attribute_not_exists(" + KEY + ") OR " + EXPIRATION + " <= :now";

    /** The row has not changed since it was read, and is free, is the owner's, or its lease is over. */
    static final String REPLACE_CONDITION = "#status = :status"
            + " AND (#owner = :theirs OR attribute_not_exists(#owner))"
            + " AND (#status = :free OR ((#group = :group OR attribute_not_exists(#group))"
            + " AND (#owner = :owner OR " + LEASE_UNTIL + " <= :takeOverUntil)))";

    static final String CONFIRM_CONDITION = "attribute_not_exists(" + KEY + ") OR #owner = :owner OR #status = :free";

    static final String CONFIRM_UPDATE = "SET #status = :completed, #owner = :owner, " + EXPIRATION + " = :expiration, "
            + PROCESSED_AT + " = :processedAt REMOVE " + LEASE_UNTIL + ", " + ATTEMPTS
            + ", #group";

    /** The delivery that ends or renews a claim still holds it. */
    static final String HOLDS_CONDITION = "#owner = :owner AND #status = :inProgress";

    static final String FREE_UPDATE = "SET #status = :free, " + ATTEMPTS + " = :attempts, " + EXPIRATION
            + " = :expiration REMOVE " + LEASE_UNTIL + ", #group";

    static final String RENEW_UPDATE =
            "SET " + LEASE_UNTIL + " = :leaseUntil, " + EXPIRATION + " = :expiration" + " REMOVE #group";

    /** Adds to a set, so several of these may be under way and arrive in any order. */
    static final String GROUP_UPDATE = "ADD " + DONE + " :owners SET " + EXPIRATION + " = :expiration";

    static final String FORGET_CONDITION = "attribute_exists(" + KEY + ") AND NOT (#status = :inProgress)";

    static final String NEVER_CONDITION = "attribute_exists(" + KEY + ") AND attribute_not_exists(" + KEY + ")";

    private static final BigDecimal LAST_SECOND = BigDecimal.valueOf(Instant.MAX.getEpochSecond());

    private ClaimSchema() {}

    static AttributeValue text(String value) {
        return AttributeValue.fromS(value);
    }

    static AttributeValue epochSeconds(Instant time) {
        return AttributeValue.fromN(Long.toString(time.getEpochSecond()));
    }

    static AttributeValue epochMilliseconds(Instant time) {
        return AttributeValue.fromN(Long.toString(time.toEpochMilli()));
    }

    static AttributeValue epochSecondsWithMilliseconds(Instant time) {
        return AttributeValue.fromN(BigDecimal.valueOf(time.toEpochMilli(), 3).toPlainString());
    }

    static AttributeValue number(int value) {
        return AttributeValue.fromN(Integer.toString(value));
    }

    /** Reads an item as the conditions above do: a missing attribute, or one of another type, never expires and has no owner. */
    static KeyState state(Map<String, AttributeValue> item) {
        Instant expiration = instant(item.get(EXPIRATION), 0);
        String owner = string(item, OWNER).orElse("");
        return switch (string(item, STATUS).orElse(COMPLETED)) {
            case IN_PROGRESS -> {
                Instant leaseUntil = instant(item.get(LEASE_UNTIL), 3);
                yield new KeyState.InProgress(
                        owner,
                        leaseUntil.equals(Instant.MAX) ? expiration : leaseUntil,
                        string(item, GROUP),
                        attempts(item),
                        expiration,
                        content(item));
            }
            case FREE -> new KeyState.Free(owner, attempts(item), expiration);
            default -> {
                Instant at = instant(item.get(PROCESSED_AT), 0);
                yield new KeyState.Completed(
                        owner, at.equals(Instant.MAX) ? Optional.empty() : Optional.of(at), expiration, content(item));
            }
        };
    }

    private static Optional<String> string(Map<String, AttributeValue> item, String name) {
        return Optional.ofNullable(item.get(name)).map(AttributeValue::s);
    }

    /** The key of a group's item, the same in every repository on the table. */
    static String groupKey(String token) {
        return "group/" + token;
    }

    /** The key of the item of the pipelines whose keys begin with a prefix. */
    static String pipelinesKey(String prefix) {
        return "pipelines/" + prefix;
    }

    /** Reads that item: when the pipeline of each output queue last started. */
    static Map<String, Instant> starts(Map<String, AttributeValue> item) {
        return item.entrySet().stream()
                .filter(attribute -> attribute.getKey().startsWith("arn:"))
                .collect(Collectors.toMap(Map.Entry::getKey, attribute -> instant(attribute.getValue(), 0)));
    }

    /** The owners that a group's item names. */
    static Set<String> done(Map<String, AttributeValue> item) {
        AttributeValue done = item.get(DONE);
        return done == null ? Set.of() : Set.copyOf(done.ss());
    }

    static AttributeValue bytes(Content content) {
        return AttributeValue.fromB(SdkBytes.fromByteArrayUnsafe(content.bytes()));
    }

    private static Content content(Map<String, AttributeValue> item) {
        AttributeValue content = item.get(CONTENT);
        return content == null || content.b() == null
                ? Content.NONE
                : Content.of(content.b().asByteArrayUnsafe());
    }

    private static int attempts(Map<String, AttributeValue> item) {
        AttributeValue attempts = item.get(ATTEMPTS);
        return attempts == null || attempts.n() == null ? 0 : new BigDecimal(attempts.n()).intValue();
    }

    /** The time of an epoch number: of seconds, or with 3 digits of milliseconds. */
    private static Instant instant(AttributeValue value, int digits) {
        if (value == null || value.n() == null) {
            return Instant.MAX;
        }
        BigDecimal seconds = new BigDecimal(value.n()).movePointLeft(digits);
        if (seconds.compareTo(LAST_SECOND) >= 0) {
            return Instant.MAX;
        }
        if (seconds.signum() < 0) {
            return Instant.EPOCH;
        }
        BigDecimal nanoseconds = seconds.movePointRight(9).setScale(0, RoundingMode.UP);
        BigDecimal[] parts = nanoseconds.divideAndRemainder(BigDecimal.valueOf(1_000_000_000));
        return Instant.ofEpochSecond(parts[0].longValueExact(), parts[1].longValueExact());
    }
}
