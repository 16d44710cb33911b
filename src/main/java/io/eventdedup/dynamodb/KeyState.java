package io.eventdedup.dynamodb;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** What the table remembers of one key, for people who ask. */
public sealed interface KeyState {

    /** When the row stops counting, whether or not DynamoDB has deleted it; {@link Instant#MAX} if it has no end. */
    Instant expiration();

    /**
     * A delivery works on the key, or died while it did.
     *
     * @param leaseUntil when another delivery may take it over, unless the claim is renewed
     */
    record InProgress(Instant leaseUntil, Instant expiration) implements KeyState {}

    /**
     * The work is done.
     *
     * @param at when, if the row says so
     * @param byRepository false for a row that another program wrote, as the Lambda did
     */
    record Finished(Optional<Instant> at, boolean byRepository, Instant expiration) implements KeyState {}

    /** Reads an item as the claim protocol does. */
    static KeyState of(Map<String, AttributeValue> item) {
        Row row = ClaimSchema.row(item);
        if (row instanceof Row.InProgress inProgress) {
            return new InProgress(inProgress.leaseUntil(), inProgress.expiration());
        }
        Row.Completed completed = (Row.Completed) row;
        Optional<Instant> at = Optional.ofNullable(item.get(ClaimSchema.PROCESSED_AT))
                .map(AttributeValue::n)
                .map(seconds -> Instant.ofEpochMilli(
                        new BigDecimal(seconds).movePointRight(3).longValue()));
        return new Finished(at, completed.owner().isPresent(), completed.expiration());
    }
}
