package io.eventdedup.claim;

/** What became of the end of a claim. */
public sealed interface Settled {

    /** The table knows it. */
    record Written() implements Settled {}

    /** The claim was no longer this delivery's: another one took the key over, or it has ended already. */
    record NotMine() implements Settled {}

    /** It did not reach the table. A confirm is kept and tried again; of anything else, the lease frees the key. */
    record Unwritten(Throwable cause) implements Settled {}
}
