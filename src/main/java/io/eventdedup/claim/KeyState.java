package io.eventdedup.claim;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/** The state of a key, as its row says. */
public sealed interface KeyState {

    /** When the row expires, whether or not DynamoDB has deleted it by then; {@link Instant#MAX} if never. */
    Instant expiration();

    /** Token of the delivery that wrote the row last; empty in rows of other programs, such as the Lambda. */
    String owner();

    /** Whether the delivery with this token wrote the row. */
    default boolean isOwnedBy(String token) {
        return !token.isEmpty() && token.equals(owner());
    }

    /**
     * A delivery works on the key, or has died.
     *
     * @param leaseUntil when the lease ends, unless it is renewed
     * @param group token of the group that the claim was made in; if the group's item names the owner, the key is completed
     * @param failures how often work on the key has failed
     * @param content what the row keeps for duplicates; may be empty
     */
    record InProgress(
            String owner, Instant leaseUntil, Optional<String> group, int failures, Instant expiration, Content content)
            implements KeyState {

        /**
         * The state by the row together with its group's item.
         *
         * @param claimed when the claim was made, used as the time of completion, which the item does not have
         */
        public KeyState with(Set<String> done, Optional<Instant> claimed) {
            return done.contains(owner) ? new Completed(owner, claimed, expiration, content) : this;
        }
    }

    /**
     * The work is done.
     *
     * @param at when, if it is known
     * @param content what the row keeps for duplicates; empty in rows of other programs
     */
    record Completed(String owner, Optional<Instant> at, Instant expiration, Content content) implements KeyState {}

    /**
     * Work on the key has failed; any delivery may claim it.
     *
     * @param failures how often
     */
    record Free(String owner, int failures, Instant expiration) implements KeyState {}
}
