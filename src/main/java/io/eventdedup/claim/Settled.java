package io.eventdedup.claim;

/** Whether the end of a claim was written to the table. */
public sealed interface Settled {

    /** It is in the table. */
    record Written() implements Settled {}

    /** This delivery no longer had the claim: another one took the key over, or the claim has ended already. */
    record NotMine() implements Settled {}

    /** The request failed. A confirm is kept and retried; otherwise the key is free when the lease ends. */
    record Unwritten(Throwable cause) implements Settled {}
}
