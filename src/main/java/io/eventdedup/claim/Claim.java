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
 * One delivery's claim on a key, from the question to its end. Whoever holds it ends it once, by {@link #confirm}, {@link #fail},
 * {@link #release} or {@link #abandon}; a second end has no effect. None of them throws, and nothing waits while it holds the
 * claim's lock. Thread-safe.
 */
public final class Claim {

    /** Where the claim stands. */
    enum Phase {
        /** The table has not answered yet. */
        ASKING,
        /** The table gave the key to this delivery. */
        HELD,
        /** Held once, but another delivery has taken over. */
        LOST,
        /** Its confirm or release is on the way. */
        SETTLING,
        /** The work is done, but the table does not know yet. */
        UNCONFIRMED,
        /** The table did not answer: it may have the claim, or not. */
        UNKNOWN,
        /** Nothing more to do. */
        ENDED
    }

    /** What became of a claim, for the copies in this process that wait for it. */
    sealed interface Settlement {
        /** The work is done. */
        record Completed(Original original) implements Settlement {}

        /** The key may be claimed. */
        record Free() implements Settlement {}

        /** A delivery, running or ended, has the key; it can be claimed from {@code until} on unless the lease is renewed. */
        record InProgress(Instant until) implements Settlement {}

        /** The table could not be asked. */
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
     * Asks for the key. To be called once.
     *
     * @throws KeyInProgressException if another delivery works on the key
     * @throws ClaimFailedException if the table does not answer, or refuses
     */
    public Admission admit() {
        return claims.admit(this);
    }

    /** The work is done: duplicates are recognised from now on. What cannot reach the table is kept and tried again. */
    public Settled confirm() {
        return claims.confirm(this);
    }

    /** The work failed: the key may be claimed again, and its row counts one failure more. */
    public Settled fail() {
        return claims.fail(this);
    }

    /** Nothing is to be remembered: the next delivery of the key is new. */
    public Settled release() {
        return claims.release(this);
    }

    /** Ends without a word to the table: the lease runs out. */
    public void abandon() {
        claims.abandon(this);
    }

    /** The key. */
    public String key() {
        return key;
    }

    /** The token that stands in the row for this claim. */
    public String owner() {
        return owner;
    }

    /** How often work on the key had failed, in whatever process, when it was claimed; 0 if it is new. */
    public int failures() {
        return failures;
    }

    /** Whether the table gave the key to this delivery and the claim has not ended. */
    public boolean isHeld() {
        return is(Phase.HELD);
    }

    /** Whether the table did not answer, so that it may have the claim or not. */
    public boolean isUnknown() {
        return is(Phase.UNKNOWN);
    }

    Duration window() {
        return window;
    }

    Content content() {
        return content;
    }

    /** What duplicates learn of this claim when its work is done. */
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

    /** The group in which the claim was made, until its first renewal begins. */
    synchronized Optional<Group> group() {
        return group;
    }

    synchronized boolean is(Phase expected) {
        return phase == expected;
    }

    /** Goes from one phase to the next; false, and no effect, if the claim is not in the first. */
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
     * False if the claim is not held, or a renewal is under way already. A renewal takes the row out of its group, so from now on
     * the claim cannot be confirmed there; one that is being confirmed is not renewed any more.
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

    /** Wakes the copies that wait; only the first settlement counts. */
    void settle(Settlement result) {
        settlement.complete(result);
    }

    /**
     * Waits for the settlement.
     *
     * @throws TimeoutException if it does not come in time, or the thread is interrupted (and stays so)
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
