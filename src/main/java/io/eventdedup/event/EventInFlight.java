package io.eventdedup.event;

import io.eventdedup.claim.Admission;
import io.eventdedup.claim.Claim;
import io.eventdedup.claim.Content;
import io.eventdedup.claim.Original;
import io.eventdedup.claim.Settled;
import io.eventdedup.claim.ShortKey;
import io.eventdedup.event.EventState.Accepted;
import io.eventdedup.key.ContentSketch;
import io.eventdedup.key.EventKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.SafeCopyProperty;
import org.apache.camel.spi.Synchronization;
import org.apache.camel.support.DefaultMessage;
import org.apache.camel.support.SynchronizationAdapter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One event of a delivered message, from the split until its end. All exchanges that are created from its exchange, on any thread,
 * share this object. It is a {@link SafeCopyProperty}, which Camel passes to each copy and no step can remove.
 *
 * <p>{@link EventState} defines what may happen to it. The thread that ends the last exchange or send of the event ends the event: it
 * decides the outcome, confirms, fails or releases the claim, calls the listeners, and wakes the delivery. No lock is held meanwhile.
 * Thread-safe.
 */
public final class EventInFlight implements SafeCopyProperty {

    private static final Logger LOG = LoggerFactory.getLogger(EventInFlight.class);

    /** The name under which an exchange carries its event. */
    private static final String PROPERTY = "dedupEvent";

    /** The message attribute of forwarded events and dead letters that contains the key. */
    public static final String KEY = "dedupKey";

    /** The header of a dead letter that refers to its event. Camel's header filter does not send headers with this prefix. */
    private static final String LETTER_HEADER = "CamelDedupLetter";

    /** The rule of messages that are not events. */
    public static final String NO_RULE = "none";

    private final Delivery delivery;
    private final int place;
    private final String letterBody;
    private final long begin = System.nanoTime();
    private final Instant beganAt;
    private final AtomicReference<EventState> state = new AtomicReference<>(EventState.received());
    private final List<Claim> claims = new CopyOnWriteArrayList<>();
    private final StepsOfEvent steps;
    private final Synchronization endOfWork = new End(true);

    private volatile EventKey key;
    private volatile ContentSketch sketch;
    private volatile Copy copy;
    private volatile Throwable cause;

    EventInFlight(Delivery delivery, int place, String letterBody) {
        this.delivery = delivery;
        this.place = place;
        this.letterBody = letterBody;
        this.steps = new StepsOfEvent(delivery.pipeline().steps());
        this.beganAt = delivery.pipeline().steps().now();
    }

    /** The event that an exchange was made from, if any. */
    public static Optional<EventInFlight> of(Exchange exchange) {
        return Optional.ofNullable(exchange.getExchangeExtension().getSafeCopyProperty(PROPERTY, EventInFlight.class));
    }

    /** The event whose dead letter an exchange carries, if any. */
    public static Optional<EventInFlight> ofLetter(Exchange exchange) {
        return Optional.ofNullable(exchange.getMessage().getHeader(LETTER_HEADER, EventInFlight.class));
    }

    /** Whether an exchange carries a dead letter, which must never be dead-lettered itself. */
    public static boolean isLetter(Exchange exchange) {
        return ofLetter(exchange).isPresent();
    }

    /** Shared, not copied. */
    @Override
    public SafeCopyProperty safeCopy() {
        return this;
    }

    void begin(Exchange exchange) {
        exchange.getExchangeExtension().setSafeCopyProperty(PROPERTY, this);
        exchange.getExchangeExtension().addOnCompletion(endOfWork);
        exchange.getExchangeExtension().addOnCompletion(new End(false));
    }

    /** Runs at the end of the event's own exchange, or of the exchange that has taken over its completion. */
    private final class End extends SynchronizationAdapter {

        private final boolean handsOver;

        /** @param handsOver whether a step such as {@code seda} may hand this completion over to another thread */
        End(boolean handsOver) {
            this.handsOver = handsOver;
        }

        @Override
        public boolean allowHandover() {
            return handsOver;
        }

        @Override
        public void onDone(Exchange finished) {
            failureOf(finished).ifPresent(EventInFlight.this::failed);
            if (finished.getProperty(ExchangePropertyKey.DUPLICATE_MESSAGE, false, boolean.class)) {
                change(EventState::duplicate);
            }
            setResult(finished);
            exchangeEnds(handsOver ? EventState::workEnds : EventState::ownExchangeEnds);
        }
    }

    /** The failure of a finished exchange, including failures that Camel does not show as an exception. */
    static Optional<Throwable> failureOf(Exchange finished) {
        if (finished.getException() != null) {
            return Optional.of(finished.getException());
        }
        return finished.isRollbackOnly()
                ? Optional.of(new ComesAgainException("a step rolled the event back"))
                : StepRejectedException.of(finished).map(rejected -> rejected);
    }

    /**
     * Shows the decision to Camel: the exchange has an exception if and only if the event is retried. Camel logs this exception, so it does
     * not contain the exception of the step, which may quote the event.
     */
    private void setResult(Exchange finished) {
        EventState now = state.get();
        if (!now.isForwarded()
                && now.failure().filter(Failure.Again.class::isInstance).isPresent()) {
            finished.setException(new ComesAgainException("the event failed and is retried"));
        } else {
            finished.setException(null);
            finished.setRollbackOnly(false);
        }
    }

    /** Both exchanges have ended; for an event that represents a whole message. */
    void exchangesEnded() {
        exchangeEnds(now -> now.ownExchangeEnds().workEnds());
    }

    private void exchangeEnds(UnaryOperator<EventState> transition) {
        change(transition);
        endIfOver();
    }

    /** The delivery of the message that contains the event. */
    public Delivery delivery() {
        return delivery;
    }

    /** The event's place in its message, from 0; -1 for the message as a whole. */
    int place() {
        return place;
    }

    /** Sets the key of the event. */
    public void identify(EventKey known, ContentSketch content) {
        key = known;
        sketch = content;
        change(EventState::keyed);
    }

    /** The key and its rule; empty until it is computed, and if the body is not an event. */
    public Optional<EventKey> key() {
        return Optional.ofNullable(key);
    }

    /** The key; empty until it is known. */
    public Optional<String> keyHash() {
        return key().map(EventKey::hash);
    }

    /** The FIFO message group; call this only when the key is known. */
    public String group() {
        return key.group();
    }

    /** The event's type; call this only when the key is known. */
    public String eventType() {
        return key.eventType();
    }

    /** The rule that matched, or {@code none}. */
    public String rule() {
        return key().map(EventKey::rule).orElse(NO_RULE);
    }

    /** The key's first characters, for the log. */
    public String shortKey() {
        return key().map(known -> ShortKey.of(known.hash())).orElse("none");
    }

    /** How long the event has been in flight, in nanoseconds. */
    public long nanos() {
        return System.nanoTime() - begin;
    }

    /** What the row of the key keeps of the event, for comparison with duplicates. */
    public Content content() {
        return sketch == null ? Content.NONE : Content.of(sketch.toBytes());
    }

    /**
     * Accepts the answer to the event's request for its key. A claim belongs to the event from now on, and ends with it.
     *
     * @param observe whether a duplicate continues, marked, instead of being dropped
     * @param now the current time, to compute how long after its original a duplicate came
     * @return whether the event continues
     */
    public boolean admitted(Admission admission, boolean observe, Instant now) {
        if (admission instanceof Admission.Claimed claimed) {
            if (!claims.contains(claimed.claim())) {
                claims.add(claimed.claim());
            }
            EventState after = change(EventState::claimed);
            // if the event has ended already, the claim of a late exchange ends like the others
            after.outcome().ifPresent(outcome -> tell(claimed.claim(), outcome, after));
            return true;
        }
        Original original = ((Admission.Duplicate) admission).original();
        if (copy == null && claims.isEmpty()) {
            copy = compare(original, now);
        }
        EventState after = change(state -> observe ? state.duplicate().observe() : state.duplicate());
        return after.observed();
    }

    private Copy compare(Original original, Instant now) {
        Optional<Duration> gap = original.processedAt().map(at -> Duration.between(at, now));
        byte[] first = original.content().bytes();
        if (sketch == null || original.content().isEmpty()) {
            return new Copy(Copy.Content.UNKNOWN, List.of(), gap);
        }
        return sketch.isSame(first)
                ? new Copy(Copy.Content.SAME, List.of(), gap)
                : new Copy(Copy.Content.DIFFERS, sketch.differences(first), gap);
    }

    /** How the event compares with its original; empty if it is not a duplicate. */
    public Optional<Copy> copy() {
        return Optional.ofNullable(copy);
    }

    /** Whether it is a duplicate that is forwarded nevertheless ({@code dedup.mode=observe}). */
    public boolean isObservedCopy() {
        return state.get().observed();
    }

    /** The FIFO deduplication id: the key. An observed duplicate has a different id, because SQS would drop it otherwise. */
    public String deduplicationId() {
        return isObservedCopy() ? key.hash() + "-" + delivery.messageId() + "-" + place : key.hash();
    }

    /**
     * The number of attempts, including this one. The claim knows how many failed before. Without a claim, as before {@code dedupKeys},
     * only the attempts in this process count.
     */
    public int attempts() {
        return 1
                + claims.stream().mapToInt(Claim::failures).max().orElseGet(() -> delivery.earlier()
                        .failures(place));
    }

    /**
     * The event failed. The failure table decides what happens to it, unless the step at which it failed is unavailable. Only the first
     * failure counts.
     */
    public void failed(Throwable failure) {
        if (failure().isPresent()) {
            return;
        }
        String step = steps.stepOf(failure);
        boolean outage = Cause.of(failure) == Cause.STEP_UNAVAILABLE
                || Cause.of(failure) == Cause.STEP && steps.isOutage(step, attempts() == 1);
        failed(failure, outage ? delivery.pipeline().failures().outage() : decide(failure));
        if (outage && delivery.pipeline().steps().stopsPolling(step)) {
            delivery.pipeline().pause(step, failure);
        }
    }

    /** What happens to the event after this failure, by the failure table; if the step is suspected to be unavailable, a retry. */
    public Failure decision(Throwable failure) {
        return delivery.pipeline().steps().isSuspect(steps.stepOf(failure)) && Cause.of(failure) == Cause.STEP
                ? delivery.pipeline().failures().outage()
                : decide(failure);
    }

    private Failure decide(Throwable failure) {
        Optional<Failure.Dead> original =
                Cause.of(failure) == Cause.IN_PROGRESS ? delivery.deadLetterOfOriginal(this) : Optional.empty();
        return original.isPresent()
                ? original.get()
                : delivery.pipeline().failures().decide(failure, attempts(), delivery.receiveCount());
    }

    /**
     * The dead letter of this event, if it waits for the message's other events, and the event keeps the key of this duplicate until the
     * dead letter is accepted.
     */
    Optional<Failure.Dead> deadLetterFor(EventInFlight duplicate) {
        EventState now = state.get();
        return now.hasLetter() && !claims.isEmpty() && keyHash().equals(duplicate.keyHash())
                ? now.failure().filter(Failure.Dead.class::isInstance).map(Failure.Dead.class::cast)
                : Optional.empty();
    }

    /** Whether the event is retried only because another event of its message keeps the key until its dead letter is accepted. */
    boolean waitsForLetterOfOriginal() {
        return state.get().comesAgain()
                && Cause.of(cause) == Cause.IN_PROGRESS
                && delivery.deadLetterOfOriginal(this).isPresent();
    }

    /** The event failed, and a handler has decided what happens to it. Only the first failure counts. */
    public void failed(Throwable failure, Failure decision) {
        if (cause == null) {
            cause = failure;
        }
        change(state -> state.failed(decision));
        if (Cause.of(failure) == Cause.UNAVAILABLE) {
            stopPolling(failure);
        }
    }

    private void stopPolling(Throwable failure) {
        delivery.pipeline().polling().stop(failure, Cause.proofFor(failure));
    }

    /** Stops polling until an event has passed the step that failed. */
    public void pausePolling(Throwable failure) {
        delivery.pipeline().pause(steps.unavailable(failure), failure);
    }

    /**
     * Enters a step of the route.
     *
     * @throws StepUnavailableException if the step is unavailable, and it is not this event's turn to try it
     */
    public void enters(String step) {
        steps.enter(step);
    }

    /** Whether the event is completed by this exchange; a step may hand its completion over to another thread. */
    public boolean isCompletedBy(Exchange exchange) {
        return exchange.getExchangeExtension().containsOnCompletion(endOfWork);
    }

    /**
     * Leaves a step of the route, with or without an exception on the exchange.
     *
     * @param handedOver whether the step has handed the event over to another thread, which may still fail
     */
    public void leaves(String step, Exchange exchange, boolean handedOver) {
        if (steps.left(step, exchange, handedOver)) {
            delivery.pipeline().polling().proved(Steps.PROOF);
        }
    }

    /** An exchange of the event has failed inside a step that it has not left yet. */
    public void failsAt(String step, Exchange exchange) {
        if (exchange.getException() != null) {
            steps.failedAt(step, exchange.getException());
        }
    }

    /** An exchange of the event has reached the end of the block. */
    public void passesBlock() {
        change(EventState::passesBlock);
    }

    /** The failure that counts. */
    public Optional<Failure> failure() {
        return state.get().failure();
    }

    /** Whether the output queue has accepted the event. */
    public boolean isForwarded() {
        return state.get().isForwarded();
    }

    /**
     * Begins a send, unless the event has failed. Each is followed by {@link #sendAccepted} or {@link #sendFailed}.
     *
     * @return the number of sends that were begun before; empty if the event has failed
     */
    public OptionalInt beginSend() {
        while (true) {
            EventState before = state.get();
            if (!before.maySend()) {
                return OptionalInt.empty();
            }
            if (state.compareAndSet(before, before.sendBegins())) {
                return OptionalInt.of(before.sends());
            }
        }
    }

    /** A queue has accepted the event. */
    public void sendAccepted(boolean byOutputQueue) {
        change(now -> now.sendEnds(byOutputQueue ? Accepted.OUTPUT : Accepted.ELSEWHERE));
        endIfOver();
    }

    /** A send has failed. If no exchange is left that could handle this, the event fails. */
    public void sendFailed(Throwable failure) {
        Failure decision = decide(failure);
        change(now -> {
            EventState after = now.sendEnds(Accepted.NOWHERE);
            return after.isOver() ? after.failed(decision) : after;
        });
        endIfOver();
    }

    /** The dead-letter queue has accepted the event. */
    public void letterAccepted() {
        endBy(EventState::letterAccepted);
    }

    /** The dead letter was not accepted, so the message stays in the input queue and the event is retried. */
    public void letterFailed(Throwable failure) {
        if (Cause.of(failure) == Cause.UNAVAILABLE) {
            stopPolling(failure);
        } else {
            LOG.warn(
                    "Message {} (key {}): its dead letter was rejected, so the message stays in the input queue: {}",
                    delivery.messageId(),
                    shortKey(),
                    ErrorText.of(failure));
        }
    }

    /** The message goes back to the queue before the dead letter was accepted. */
    void keepLetter() {
        endBy(EventState::letterKept);
    }

    private void endIfOver() {
        endBy(now -> now.isOver() ? now.end(delivery.pipeline().sendsToOutput()) : now);
    }

    /** Ends the event by a transition to {@code ENDING}. Only the thread that makes this transition reports the outcome. */
    private void endBy(UnaryOperator<EventState> transition) {
        EventState before;
        EventState ending;
        do {
            before = state.get();
            ending = transition.apply(before);
            if (ending == before) {
                return;
            }
        } while (!state.compareAndSet(before, ending));
        try {
            tellClaims(ending);
            log(ending);
            ending.outcome().ifPresent(outcome -> delivery.pipeline().listener().ended(this, outcome));
            tellSteps(ending);
        } finally {
            change(EventState::told);
            delivery.eventAtRest();
        }
    }

    /** While a dead letter waits to be sent, there is no outcome yet, and the claim is kept with its count of failures. */
    private void tellClaims(EventState ending) {
        ending.outcome().ifPresent(outcome -> claims.forEach(claim -> tell(claim, outcome, ending)));
    }

    /** If the end of a claim cannot be written, polling stops, because the table would accept claims but not their ends. */
    private void tell(Claim claim, Outcome outcome, EventState ending) {
        Settled settled =
                switch (outcome) {
                    case FORWARDED, OBSERVED_COPY, FILTERED -> claim.confirm();
                    case DUPLICATE, DEAD_LETTER -> claim.release();
                    case RETURNED ->
                        ending.failure().filter(Failure::attempt).isPresent() ? claim.fail() : claim.release();
                };
        if (settled instanceof Settled.Unwritten unwritten) {
            delivery.pipeline().polling().stop(unwritten.cause(), "");
        }
    }

    /** An event that has passed the route proves that the steps it has passed are available. */
    private void tellSteps(EventState ending) {
        boolean recovered = steps.ended(ending.failure().isPresent());
        boolean passed = ending.outcome()
                .filter(outcome -> outcome == Outcome.FORWARDED || outcome == Outcome.FILTERED)
                .isPresent();
        if (passed && delivery.pipeline().steps().blockPassed(beganAt) || recovered) {
            delivery.pipeline().polling().proved(Steps.PROOF);
        }
    }

    /** Logs one line if an operator should know. The gate logs outages; a key in progress is normal. */
    private void log(EventState ending) {
        String error = cause == null ? "a part of the event failed" : ErrorText.of(cause);
        Failure failed = ending.failure().orElse(null);
        if (ending.isForwarded()) {
            if (failed != null) {
                LOG.warn(
                        "Message {} (key {}) was forwarded, but a later step failed: {}",
                        delivery.messageId(),
                        shortKey(),
                        error);
            }
        } else if (failed instanceof Failure.Dead dead && ending.outcome().isEmpty()) {
            LOG.warn(
                    "Message {} (key {}) to the dead-letter queue, {}: {}",
                    delivery.messageId(),
                    shortKey(),
                    dead.letter().reason(),
                    dead.letter().error());
        } else if (failed instanceof Failure.Again again && again.attempt()) {
            LOG.warn(
                    "Message {} (key {}) failed at attempt {}, retry in {} s: {}",
                    delivery.messageId(),
                    shortKey(),
                    attempts(),
                    again.visibleIn().toSeconds(),
                    error);
        }
    }

    private EventState change(UnaryOperator<EventState> transition) {
        return state.updateAndGet(transition);
    }

    EventState state() {
        return state.get();
    }

    /** Whether the event failed in this delivery and has no claim that counts the failure. */
    boolean isFailureToCount() {
        return claims.isEmpty()
                && !isForwarded()
                && failure().filter(Failure::attempt).isPresent();
    }

    /** The event's dead letter, if it has ended with one that no queue has accepted yet. */
    Optional<org.apache.camel.Message> unsentLetter(Exchange exchange) {
        EventState now = state.get();
        if (!now.hasLetter() || !(now.failure().orElse(null) instanceof Failure.Dead dead)) {
            return Optional.empty();
        }
        DefaultMessage message = new DefaultMessage(exchange.getContext());
        message.setBody(letterBody);
        // the headers of the received message: its trace, and the attribute that marks a body in S3
        exchange.getMessage().getHeaders().forEach(message::setHeader);
        dead.letter().attributes(key == null ? null : key.hash(), delivery).forEach(message::setHeader);
        message.setHeader(LETTER_HEADER, this);
        return Optional.of(message);
    }

    /** Contains no event content, because it is logged. */
    @Override
    public String toString() {
        return "event " + place + " of message " + delivery.messageId();
    }
}
