package io.eventdedup.dynamodb;

import java.time.Instant;
import java.util.Optional;

/** What the table says about one key. */
sealed interface Row {

    /** When the row stops counting, whether or not DynamoDB has deleted it; {@link Instant#MAX} if it has no end. */
    Instant expiration();

    /** Whether the delivery with this token wrote the row. */
    boolean isOwnedBy(String owner);

    /** A delivery works on the key, or died while it did. */
    record InProgress(String owner, Instant leaseUntil, Instant expiration) implements Row {
        @Override
        public boolean isOwnedBy(String other) {
            return owner.equals(other);
        }
    }

    /** The work is done. Rows of the Lambda, which knew no other kind, have no owner. */
    record Completed(Optional<String> owner, Instant expiration) implements Row {
        @Override
        public boolean isOwnedBy(String other) {
            return owner.isPresent() && owner.get().equals(other);
        }
    }
}
