package io.eventdedup.claim;

import io.eventdedup.claim.ClaimStore.Group;
import java.time.Instant;
import java.util.Optional;

/** The table's answer to a claim. */
public sealed interface ClaimOutcome {

    /**
     * The caller has the key until the lease ends.
     *
     * @param failures how often work on the key has failed before
     * @param group the group of the claims that were made in the same request, if there were several
     */
    record Claimed(Instant leaseUntil, int failures, Optional<Group> group) implements ClaimOutcome {}

    /** The work on the key is done and remembered until then ({@link Instant#MAX}: without end). */
    record Completed(Instant rememberedUntil, Original original) implements ClaimOutcome {}

    /** Another delivery works on the key; if it has died, the key can be claimed from then on. */
    record InProgress(Instant until) implements ClaimOutcome {}
}
