package io.eventdedup.dynamodb;

import io.eventdedup.claim.ShortKey;
import io.eventdedup.dynamodb.ClaimStore.Group;
import io.eventdedup.dynamodb.Work.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.camel.Exchange;
import org.apache.camel.SafeCopyProperty;
import org.apache.camel.spi.Synchronization;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.SdkBytes;

/**
 * One delivery's claim on a key, from the question to its end. Thread-safe.
 *
 * <p>Stands on its exchange as a safe-copy property, which {@code removeProperties} does not reach, and which goes along to the
 * exchange that a hand-over to another thread makes.
 */
final class Claim implements SafeCopyProperty {

    private static final Logger LOG = LoggerFactory.getLogger(Claim.class);

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
        record Completed(Work.Original original) implements Settlement {}

        /** The key may be claimed. */
        record Free() implements Settlement {}

        /** A delivery, running or ended, has the key; it can be claimed from {@code until} on unless the lease is renewed. */
        record InProgress(Instant until) implements Settlement {}

        /** The table could not be asked. */
        record Failed(RuntimeException cause) implements Settlement {}
    }

    private final String key;
    private final String owner;
    private final Duration window;
    private final Optional<Delivery> delivery;
    private final SdkBytes content;
    private final CompletableFuture<Settlement> settlement = new CompletableFuture<>();
    private Phase phase = Phase.ASKING;
    private Optional<Group> group = Optional.empty();
    private boolean renewing;
    private volatile Instant leaseUntil;
    private volatile int failures;
    private volatile Synchronization completion;
    private Verdict verdict;

    /**
     * Who makes the claim.
     *
     * @param exchangeId the exchange
     * @param work knows how the exchange ends, if the route has put one on it
     */
    record Delivery(String exchangeId, Optional<Work> work) {}

    /**
     * @param owner the delivery's token
     * @param window how long the key is remembered when the work is done
     * @param delivery empty if the claim is made without an exchange
     * @param leaseUntil when the lease ends if the claim succeeds now
     */
    Claim(String key, String owner, Duration window, Optional<Delivery> delivery, Instant leaseUntil) {
        this.key = key;
        this.owner = owner;
        this.window = window;
        this.delivery = delivery;
        this.content = delivery.flatMap(Delivery::work)
                .map(Work::content)
                .filter(bytes -> bytes.length > 0)
                .map(SdkBytes::fromByteArrayUnsafe)
                .orElse(ClaimSchema.NO_CONTENT);
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

    Optional<Delivery> delivery() {
        return delivery;
    }

    /** What the work keeps with the key. */
    SdkBytes content() {
        return content;
    }

    /** What copies are told of this claim, when its work is done. */
    Work.Original done(Instant at) {
        return new Work.Original(content.asByteArrayUnsafe(), Optional.of(at));
    }

    /** Tells the work that its event is a copy. */
    void duplicateOf(Work.Original original) {
        delivery.flatMap(Delivery::work).ifPresent(work -> work.duplicateOf(original));
    }

    /** What ends with the exchange that carries the claim, wherever it is handed over to; null while the claim is not held. */
    Synchronization completion() {
        return completion;
    }

    void carriedBy(Synchronization end) {
        completion = end;
    }

    /** How often work on the key had failed when it was claimed. */
    int failures() {
        return failures;
    }

    /** The table has given the key to this delivery. */
    synchronized void claimed(ClaimOutcome.Claimed outcome) {
        leaseUntil = outcome.leaseUntil();
        failures = outcome.failures();
        group = outcome.group();
        move(Phase.ASKING, Phase.HELD);
    }

    /**
     * How the work has ended: what the delivery's {@link Work} says, which is asked once, or else what Camel makes of the exchange.
     */
    synchronized Verdict verdict(Exchange done, Verdict camelVerdict) {
        if (verdict == null) {
            verdict = delivery.flatMap(Delivery::work)
                    .map(work -> ask(work, done))
                    .orElse(camelVerdict);
        }
        return verdict;
    }

    private Verdict ask(Work work, Exchange done) {
        try {
            return Objects.requireNonNull(work.verdict(done), "no verdict");
        } catch (RuntimeException | Error e) {
            LOG.warn(
                    "{} is forgotten, since the end of its work could not be told: {}",
                    this,
                    e.getClass().getName());
            return Verdict.FORGET;
        }
    }

    /** The same claim, however many exchanges carry it. */
    @Override
    public Claim safeCopy() {
        return this;
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
    public synchronized String toString() {
        return "claim " + ShortKey.of(key) + " " + phase;
    }
}
