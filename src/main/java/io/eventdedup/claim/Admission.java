package io.eventdedup.claim;

/** The answer to a delivery that asks for a key. A key in progress elsewhere is none: it is a {@link KeyInProgressException}. */
public sealed interface Admission {

    /** The key is the delivery's: work on it, then confirm, fail or release the claim. */
    record Claimed(Claim claim) implements Admission {}

    /** The work on the key is done already. */
    record Duplicate(Original original) implements Admission {}
}
