package io.eventdedup.claim;

import io.eventdedup.claim.ClaimStore.Group;
import java.time.Instant;
import java.util.Optional;

/** The answer to a claim. */
public sealed interface ClaimOutcome {

    /**
     * The key is the caller's until the lease ends.
     *
     * @param failures how often work on the key has failed before
     * @param group the claims that were made in the same request, if it was made together with others
     */
    record Claimed(Instant leaseUntil, int failures, Optional<Group> group) implements ClaimOutcome {}

    /** The key's work is done and is remembered until then ({@link Instant#MAX}: for ever). */
    record Completed(Instant rememberedUntil, Original original) implements ClaimOutcome {}

    /** Another delivery works on the key; if it died, the key is free from then on. */
    record InProgress(Instant until) implements ClaimOutcome {}
}
