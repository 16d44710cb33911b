package io.eventdedup.claim;

/** The answer to a delivery that asks for a key. If another delivery works on it, a {@link KeyInProgressException} is thrown instead. */
public sealed interface Admission {

    /** The delivery has the key: do the work, then confirm, fail or release the claim. */
    record Claimed(Claim claim) implements Admission {}

    /** The work on the key has been done before. */
    record Duplicate(Original original) implements Admission {}
}
