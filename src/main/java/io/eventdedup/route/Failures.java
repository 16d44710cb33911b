package io.eventdedup.route;

import io.eventdedup.event.Cause;
import io.eventdedup.event.Delivery;
import io.eventdedup.event.EventInFlight;
import io.eventdedup.event.Failure;
import io.eventdedup.event.FailureTable;
import java.util.List;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.Message;

/**
 * The bean {@code dedupFailures}: the questions and actions for the handlers of a route configuration.
 *
 * <p>A question examines the exception. An action records what happens to the event; it makes no call that could fail. For a failure that
 * no handler has seen, because it was in another route or on another thread, the same {@link FailureTable} decides when the exchange ends.
 */
public final class Failures {

    private final FailureTable table;

    Failures(FailureTable table) {
        this.table = table;
    }

    /** The body is not an event: no retry helps. */
    public boolean isUnusable(Exchange exchange) {
        return cause(exchange) == Cause.UNUSABLE;
    }

    /** Another delivery is processing the same key. */
    public boolean isInProgress(Exchange exchange) {
        return cause(exchange) == Cause.IN_PROGRESS;
    }

    /** The table, a queue of the route or a step is unavailable. */
    public boolean isOutage(Exchange exchange) {
        return cause(exchange) == Cause.UNAVAILABLE || cause(exchange) == Cause.STEP_UNAVAILABLE;
    }

    /** The output queue rejects the content of the event. False for a rejected dead letter, whose message stays in the input queue. */
    public boolean isRejected(Exchange exchange) {
        return cause(exchange) == Cause.REFUSED && !EventInFlight.isLetter(exchange);
    }

    /** A step has failed as often as {@code dedup.max-attempts} allows. */
    public boolean isExhausted(Exchange exchange) {
        return cause(exchange) == Cause.STEP && isDead(exchange);
    }

    /** The failure table sends the event to the dead-letter queue, so the failure counts as handled. */
    public boolean isDead(Exchange exchange) {
        return !EventInFlight.isLetter(exchange) && decision(exchange) instanceof Failure.Dead;
    }

    /** Lets the failure table decide; but if the step that failed is unavailable, the event is retried. */
    public void decide(Exchange exchange) {
        record(exchange, Optional.empty());
    }

    /** Sends the event to the dead-letter queue with this reason, after the other events of its message have ended. */
    public void deadLetter(Exchange exchange, String reason) {
        record(exchange, Optional.of(table.dead(reason, caught(exchange), cause(exchange) == Cause.STEP)));
    }

    /** Retries the event. The cause of the failure decides when, and whether the failure counts as an attempt. */
    public void again(Exchange exchange) {
        record(
                exchange,
                decision(exchange) instanceof Failure.Again
                        ? Optional.empty()
                        : Optional.of(table.again(attempts(exchange))));
    }

    /**
     * Stops polling at once, until an event passes the step that failed. The event is retried, and the failure does not count as an
     * attempt. For exceptions that are known to mean an outage.
     */
    public void pausePolling(Exchange exchange) {
        Throwable failure = caught(exchange);
        record(exchange, Optional.of(table.outage()));
        EventInFlight.of(exchange).ifPresentOrElse(event -> event.pausePolling(failure), () -> Delivery.of(exchange)
                .ifPresent(delivery -> delivery.pipeline().pause(failure)));
    }

    /**
     * The dead letter of a message that failed as a whole, because a step before the split failed. The handler must send it, because the
     * rest of the route does not run.
     */
    public List<Message> lettersOfWholeMessage(Exchange exchange) {
        return EventInFlight.isLetter(exchange)
                ? List.of()
                : Delivery.of(exchange)
                        .map(delivery -> delivery.unsentLetterOfWhole(exchange))
                        .orElse(List.of());
    }

    /** @param decision what happens to the event; if empty, the failure table decides */
    private static void record(Exchange exchange, Optional<Failure> decision) {
        Throwable failure = caught(exchange);
        Optional<EventInFlight> letter = EventInFlight.ofLetter(exchange);
        Optional<EventInFlight> event = EventInFlight.of(exchange);
        if (letter.isPresent()) {
            letter.get().letterFailed(failure);
        } else if (event.isPresent()) {
            decision.ifPresentOrElse(given -> event.get().failed(failure, given), () -> event.get()
                    .failed(failure));
        } else {
            Delivery.of(exchange).ifPresent(delivery -> delivery.failed(failure, decision));
        }
    }

    private Failure decision(Exchange exchange) {
        Throwable failure = caught(exchange);
        return EventInFlight.of(exchange)
                .map(event -> event.decision(failure))
                .orElseGet(() -> table.decide(
                        failure,
                        attempts(exchange),
                        Delivery.of(exchange).map(Delivery::receiveCount).orElse(1)));
    }

    private static int attempts(Exchange exchange) {
        return EventInFlight.of(exchange)
                .map(EventInFlight::attempts)
                .or(() -> Delivery.of(exchange).map(Delivery::attempts))
                .orElse(1);
    }

    private static Cause cause(Exchange exchange) {
        return Cause.of(caught(exchange));
    }

    private static Throwable caught(Exchange exchange) {
        return exchange.getProperty(ExchangePropertyKey.EXCEPTION_CAUGHT, Throwable.class);
    }
}
