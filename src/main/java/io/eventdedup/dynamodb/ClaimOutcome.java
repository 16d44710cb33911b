package io.eventdedup.dynamodb;

import java.time.Instant;

/** The answer to a claim. */
sealed interface ClaimOutcome {

    /** The key is the caller's until the lease ends. */
    record Claimed(Instant leaseUntil) implements ClaimOutcome {}

    /** The key's work is done and is remembered until then ({@link Instant#MAX}: for ever). */
    record Duplicate(Instant rememberedUntil) implements ClaimOutcome {}

    /** Another delivery works on the key; if it died, the key is free from then on. */
    record InProgress(Instant until) implements ClaimOutcome {}
}
