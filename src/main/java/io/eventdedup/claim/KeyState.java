package io.eventdedup.claim;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/** What the table says about one key. */
public sealed interface KeyState {

    /** When the row stops counting, whether or not DynamoDB has deleted it; {@link Instant#MAX} if it has no end. */
    Instant expiration();

    /** Token of the delivery that wrote the row last; empty in rows that another program wrote, as the Lambda did. */
    String owner();

    /** Whether the delivery with this token wrote the row. */
    default boolean isOwnedBy(String token) {
        return !token.isEmpty() && token.equals(owner());
    }

    /**
     * A delivery works on the key, or died while it did.
     *
     * @param leaseUntil when another delivery may take it over, unless the claim is renewed
     * @param group token of the request that made the claim together with others; if that group's item names the owner, the
     *     key is completed
     * @param failures how often work on the key has failed
     * @param content what the work keeps with the key; may be empty
     */
    record InProgress(
            String owner, Instant leaseUntil, Optional<String> group, int failures, Instant expiration, Content content)
            implements KeyState {

        /**
         * What the row says together with its group's item.
         *
         * @param claimed when the claim was made, if that may stand for the end of its work, which the item does not say
         */
        public KeyState with(Set<String> done, Optional<Instant> claimed) {
            return done.contains(owner) ? new Completed(owner, claimed, expiration, content) : this;
        }
    }

    /**
     * The work is done.
     *
     * @param at when, if the row says so
     * @param content what the work keeps with the key; empty in rows of other programs
     */
    record Completed(String owner, Optional<Instant> at, Instant expiration, Content content) implements KeyState {}

    /**
     * Work on the key has failed; any delivery may claim it.
     *
     * @param failures how often
     */
    record Free(String owner, int failures, Instant expiration) implements KeyState {}
}
