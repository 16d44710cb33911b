package io.eventdedup.claim;

import io.eventdedup.claim.ClaimStore.Group;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One delivery's claim on a key, from the request to its end. The holder ends it once, by {@link #confirm}, {@link #fail},
 * {@link #release} or {@link #abandon}; a second call has no effect. None of these methods throws, and no thread blocks while it
 * holds the claim's lock. Thread-safe.
 */
public final class Claim {

    /** The phases of a claim. */
    enum Phase {
        /** The table has not answered yet. */
        ASKING,
        /** The table gave the key to this delivery. */
        HELD,
        /** Was held, but another delivery has taken the key over. */
        LOST,
        /** Its confirm or release is under way. */
        SETTLING,
        /** The work is done, but the table has not accepted the confirm yet. */
        UNCONFIRMED,
        /** The table did not answer, so the claim may or may not have been written. */
        UNKNOWN,
        /** Nothing is left to do. */
        ENDED
    }

    /** The outcome of a claim, for duplicates in this process that wait for it. */
    sealed interface Settlement {
        /** The work is done. */
        record Completed(Original original) implements Settlement {}

        /** The key may be claimed. */
        record Free() implements Settlement {}

        /** A delivery has the key, and may have died. From {@code until} on the key can be claimed, unless the lease is renewed. */
        record InProgress(Instant until) implements Settlement {}

        /** The request to the table failed. */
        record Failed(RuntimeException cause) implements Settlement {}
    }

    private final Claims claims;
    private final String key;
    private final String owner;
    private final Duration window;
    private final Content content;
    private final CompletableFuture<Settlement> settlement = new CompletableFuture<>();
    private Phase phase = Phase.ASKING;
    private Optional<Group> group = Optional.empty();
    private boolean renewing;
    private volatile Instant leaseUntil;
    private volatile int failures;

    Claim(Claims claims, String key, String owner, Duration window, Content content, Instant leaseUntil) {
        this.claims = claims;
        this.key = key;
        this.owner = owner;
        this.window = window;
        this.content = content;
        this.leaseUntil = leaseUntil;
    }

    /**
     * Asks for the key. Call it once.
     *
     * @throws KeyInProgressException if another delivery works on the key
     * @throws ClaimFailedException if the table does not answer, or rejects the request
     */
    public Admission admit() {
        return claims.admit(this);
    }

    /** The work is done: from now on, duplicates are recognized. If the table cannot be reached, the confirm is kept and retried. */
    public Settled confirm() {
        return claims.confirm(this);
    }

    /** The work failed: the key may be claimed again, and its row counts one more failure. */
    public Settled fail() {
        return claims.fail(this);
    }

    /** Deletes the row, so that the next delivery of the key is new. */
    public Settled release() {
        return claims.release(this);
    }

    /** Ends the claim without a request to the table: the key is free when the lease ends. */
    public void abandon() {
        claims.abandon(this);
    }

    /** The key. */
    public String key() {
        return key;
    }

    /** The token that identifies this claim in its row. */
    public String owner() {
        return owner;
    }

    /** How often work on the key had failed, in any process, when it was claimed; 0 for a new key. */
    public int failures() {
        return failures;
    }

    /** Whether the table gave the key to this delivery and the claim has not ended. */
    public boolean isHeld() {
        return is(Phase.HELD);
    }

    /** Whether the table did not answer, so that the claim may or may not have been written. */
    public boolean isUnknown() {
        return is(Phase.UNKNOWN);
    }

    Duration window() {
        return window;
    }

    Content content() {
        return content;
    }

    /** What duplicates are told about this claim when its work is done. */
    Original original(Instant at) {
        return new Original(content, Optional.of(at));
    }

    /** The table has given the key to this delivery. */
    synchronized void claimed(ClaimOutcome.Claimed outcome) {
        leaseUntil = outcome.leaseUntil();
        failures = outcome.failures();
        group = outcome.group();
        move(Phase.ASKING, Phase.HELD);
    }

    Instant leaseUntil() {
        return leaseUntil;
    }

    /** The group that the claim was made in; empty once its first renewal has begun. */
    synchronized Optional<Group> group() {
        return group;
    }

    synchronized boolean is(Phase expected) {
        return phase == expected;
    }

    /** Moves from one phase to another; returns false, without effect, if the claim is in another phase. */
    synchronized boolean move(Phase from, Phase to) {
        if (phase != from) {
            return false;
        }
        phase = to;
        return true;
    }

    synchronized void end() {
        phase = Phase.ENDED;
    }

    void leaseEnds(Instant time) {
        leaseUntil = time;
    }

    /**
     * Returns false if the claim is not held, or is being renewed already. A renewal removes the row from its group, so from now on
     * the claim cannot be confirmed through the group. A claim that is being confirmed is not renewed.
     */
    synchronized boolean startRenewal() {
        if (phase != Phase.HELD || renewing) {
            return false;
        }
        renewing = true;
        group = Optional.empty();
        return true;
    }

    synchronized void endRenewal() {
        renewing = false;
    }

    /** Wakes waiting duplicates; only the first settlement counts. */
    void settle(Settlement result) {
        settlement.complete(result);
    }

    /**
     * Waits for the settlement.
     *
     * @throws TimeoutException if there is none in time, or the thread is interrupted, whose interrupt status is then set
     */
    Settlement awaitSettlement(long nanoseconds) throws TimeoutException {
        try {
            return settlement.get(Math.max(0, nanoseconds), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TimeoutException();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public synchronized String toString() {
        return "claim " + ShortKey.of(key) + " " + phase;
    }
}
