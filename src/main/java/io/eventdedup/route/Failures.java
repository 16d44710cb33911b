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
 * What the handlers of a route configuration ask and do about an event that could not be forwarded; the bean {@code dedupFailures}.
 *
 * <p>A question looks at the exception; an action records what is to become of the event, and makes no call that could fail. What no
 * handler has seen, since it failed in another route or on another thread, is decided by the same {@link FailureTable} when the
 * exchange ends.
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

    /** Another delivery works on the same key. */
    public boolean isInProgress(Exchange exchange) {
        return cause(exchange) == Cause.IN_PROGRESS;
    }

    /** The table, a queue of the route or a step is unavailable. */
    public boolean isOutage(Exchange exchange) {
        return cause(exchange) == Cause.UNAVAILABLE || cause(exchange) == Cause.STEP_UNAVAILABLE;
    }

    /** The output queue refuses the event for its content. A dead letter that is refused stays in the input queue. */
    public boolean isRejected(Exchange exchange) {
        return cause(exchange) == Cause.REFUSED && !EventInFlight.isLetter(exchange);
    }

    /** A step has failed as often as {@code dedup.max-attempts} allows. */
    public boolean isExhausted(Exchange exchange) {
        return cause(exchange) == Cause.STEP && isDead(exchange);
    }

    /** Whether the failure table sends the event to the dead-letter queue, so that the failure is handled. */
    public boolean isDead(Exchange exchange) {
        return !EventInFlight.isLetter(exchange) && decision(exchange) instanceof Failure.Dead;
    }

    /** The failure table decides, unless the step that failed is unavailable: then the event comes again. */
    public void decide(Exchange exchange) {
        record(exchange, Optional.empty());
    }

    /** The event goes to the dead-letter queue, with this reason, once the other events of its message have ended. */
    public void deadLetter(Exchange exchange, String reason) {
        record(exchange, Optional.of(table.dead(reason, caught(exchange), cause(exchange) == Cause.STEP)));
    }

    /** The event comes again; when, and whether this was an attempt of its own, depends on what failed. */
    public void again(Exchange exchange) {
        record(
                exchange,
                decision(exchange) instanceof Failure.Again
                        ? Optional.empty()
                        : Optional.of(table.again(attempts(exchange))));
    }

    /**
     * The step that failed is unavailable: polling stops at once, until an event passes the step. The event comes again and this is no
     * attempt of its own. For exceptions that are known to mean an outage.
     */
    public void pausePolling(Exchange exchange) {
        Throwable failure = caught(exchange);
        record(exchange, Optional.of(table.outage()));
        EventInFlight.of(exchange).ifPresentOrElse(event -> event.pausePolling(failure), () -> Delivery.of(exchange)
                .ifPresent(delivery -> delivery.pipeline().pause(failure)));
    }

    /**
     * The dead letters of a message whose failure belongs to none of its events, since a step above the split failed: they are
     * sent by the handler, for the rest of the route does not run.
     */
    public List<Message> lettersOfWholeMessage(Exchange exchange) {
        return EventInFlight.isLetter(exchange)
                ? List.of()
                : Delivery.of(exchange)
                        .map(delivery -> delivery.unsentLetterOfWhole(exchange))
                        .orElse(List.of());
    }

    /** @param decision what is to become of it; if empty, the failure table decides */
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
