package io.eventdedup.dynamodb;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/** One delivery's claim on a key, from the question to its end. Thread-safe. */
final class Claim {

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
        record Finished() implements Settlement {}

        /** The key may be claimed. */
        record Free() implements Settlement {}

        /** A delivery that is not, or no more, in work here has the key. */
        record Elsewhere(Instant until) implements Settlement {}

        /** The table could not be asked. */
        record Failed(RuntimeException cause) implements Settlement {}
    }

    private final String key;
    private final String owner;
    private final Duration window;
    private final String exchangeId;
    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.ASKING);
    private final CompletableFuture<Settlement> settlement = new CompletableFuture<>();
    private final AtomicBoolean renewing = new AtomicBoolean();
    private volatile Instant leaseUntil;

    /**
     * @param owner the delivery's token
     * @param window how long the key is remembered when the work is done
     * @param exchangeId the exchange that makes the claim; empty if it is made without one
     * @param leaseUntil when the lease ends if the claim succeeds now
     */
    Claim(String key, String owner, Duration window, String exchangeId, Instant leaseUntil) {
        this.key = key;
        this.owner = owner;
        this.window = window;
        this.exchangeId = exchangeId;
        this.leaseUntil = leaseUntil;
    }

    String key() {
        return key;
    }

    String owner() {
        return owner;
    }

    Duration window() {
        return window;
    }

    String exchangeId() {
        return exchangeId;
    }

    Instant leaseUntil() {
        return leaseUntil;
    }

    boolean is(Phase expected) {
        return phase.get() == expected;
    }

    /** Goes from one phase to the next; false, and no effect, if the claim is not in the first. */
    boolean move(Phase from, Phase to) {
        return phase.compareAndSet(from, to);
    }

    void end() {
        phase.set(Phase.ENDED);
    }

    void leaseEnds(Instant time) {
        leaseUntil = time;
    }

    /** False if a renewal is under way already. */
    boolean startRenewal() {
        return renewing.compareAndSet(false, true);
    }

    void endRenewal() {
        renewing.set(false);
    }

    /** Tells the copies that wait; only the first settlement counts. */
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
    public String toString() {
        return "claim " + KeyInProgressException.abbreviate(key) + " " + phase.get();
    }
}
