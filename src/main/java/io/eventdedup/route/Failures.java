package io.eventdedup.route;

import io.eventdedup.dynamodb.KeyInProgressException;
import io.eventdedup.key.UnusableEventException;
import io.eventdedup.sqs.DeadLetter;
import io.eventdedup.sqs.Delivery;
import io.eventdedup.sqs.EventInFlight;
import io.eventdedup.sqs.Failure;
import io.eventdedup.sqs.ReturnDelay;
import io.eventdedup.sqs.StepRejectedException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.Message;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides what becomes of an event that could not be forwarded; the bean {@code dedupFailures}.
 *
 * <p>The handlers of the route configuration ask its questions, of which at most one is true for an exchange, and then call
 * one of its actions. An action records what is to be done and may stop polling, but makes no call that could fail. What no
 * handler has seen, since it failed in another route or on another thread, is decided by the same rules when the event ends.
 */
public final class Failures {

    private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

    private final int maxAttempts;
    private final Clock clock;
    private final ReturnDelay returnDelay;

    Failures(int maxAttempts) {
        this(maxAttempts, Clock.systemUTC(), new ReturnDelay(() -> ThreadLocalRandom.current()
                .nextDouble()));
    }

    Failures(int maxAttempts, Clock clock, ReturnDelay returnDelay) {
        this.maxAttempts = maxAttempts;
        this.clock = clock;
        this.returnDelay = returnDelay;
    }

    /** The body is not an event: no repetition helps. */
    public boolean isUnusable(Exchange exchange) {
        return cause(exchange) == FailureCause.UNUSABLE_BODY;
    }

    /** Another delivery works on the same key. */
    public boolean isInProgress(Exchange exchange) {
        return cause(exchange) == FailureCause.IN_PROGRESS;
    }

    /** The table or a queue of the route is away. */
    public boolean isOutage(Exchange exchange) {
        return cause(exchange) == FailureCause.OUTAGE;
    }

    /** The output queue refuses the event for its content. A dead letter that is refused stays in the input queue. */
    public boolean isRejected(Exchange exchange) {
        return cause(exchange) == FailureCause.FORWARD_REJECTED && !isLetter(exchange);
    }

    /** A step has failed as often as {@code dedup.max-attempts} allows. */
    public boolean isExhausted(Exchange exchange) {
        return cause(exchange) == FailureCause.STEP_FAILED && !isLetter(exchange) && attempts(exchange) >= maxAttempts;
    }

    /** The event goes to the dead-letter queue, with this reason, once the other events of its message have ended. */
    public void deadLetter(Exchange exchange, String reason) {
        record(exchange, dead(reason, caught(exchange)));
    }

    /** As {@link #deadLetter(Exchange, String)}, with the reason that the unusable body itself gives. */
    public void deadLetterUnusable(Exchange exchange) {
        deadLetter(exchange, unusable(caught(exchange)).reason().name());
    }

    /** The event comes again; when, and whether this was an attempt of its own, depends on what failed. */
    public void again(Exchange exchange) {
        Throwable failure = caught(exchange);
        Delivery.of(exchange).ifPresent(delivery -> record(exchange, again(delivery, failure)));
    }

    /**
     * The dead letters of a message whose failure belongs to none of its events, since a step above the split failed: they are
     * sent by the handler, for the rest of the route does not run.
     */
    public List<Message> lettersOfWholeMessage(Exchange exchange) {
        return EventInFlight.of(exchange).isPresent()
                ? List.of()
                : Delivery.of(exchange)
                        .map(delivery -> delivery.unsentLetters(exchange))
                        .orElse(List.of());
    }

    private void record(Exchange exchange, Failure failure) {
        Optional<EventInFlight> event = EventInFlight.of(exchange);
        if (event.isPresent()) {
            event.get().fail(failure);
        } else if (!isLetter(exchange)) {
            Delivery.of(exchange).ifPresent(delivery -> record(delivery, failure, caught(exchange)));
        }
    }

    /** For a failure that belongs to no event. Above the split the message fails as a whole; below it, all is decided. */
    private static void record(Delivery delivery, Failure failure, Throwable cause) {
        if (!delivery.hasEvents()) {
            delivery.whole().fail(failure);
            logFailure(delivery.whole(), cause);
            delivery.whole().end(false);
        } else if (!delivery.comesAgain()) {
            LOG.warn("Message {}: a step below the split failed: {}", delivery.messageId(), ErrorText.of(cause));
        }
    }

    private Failure again(Delivery delivery, Throwable failure) {
        int receiveCount = delivery.receiveCount();
        return switch (FailureCause.of(failure)) {
            case IN_PROGRESS -> new Failure.Again(returnDelay.inProgress(receiveCount, restOfLease(failure)), false);
            case OUTAGE -> {
                delivery.outage(failure);
                yield new Failure.Again(returnDelay.outage(receiveCount), false);
            }
            default -> new Failure.Again(returnDelay.failure(receiveCount), true);
        };
    }

    /** The same decision as the handlers', for what none of them has seen. */
    private Failure decide(EventInFlight event, Throwable failure) {
        return switch (FailureCause.of(failure)) {
            case UNUSABLE_BODY -> dead(unusable(failure).reason().name(), failure);
            case FORWARD_REJECTED -> dead(FailureCause.FORWARD_REJECTED.name(), failure);
            case STEP_FAILED ->
                event.attempts() >= maxAttempts
                        ? dead(DedupRouteConfiguration.ATTEMPTS_EXHAUSTED, failure)
                        : again(event.delivery(), failure);
            case IN_PROGRESS, OUTAGE -> again(event.delivery(), failure);
        };
    }

    private Failure dead(String reason, Throwable failure) {
        return new Failure.Dead(new DeadLetter(reason, ErrorText.of(failure), clock.instant()));
    }

    /** An exchange of the event has ended: takes note of a failure that no handler has seen. */
    void decideUnhandled(EventInFlight event, Exchange finished) {
        Throwable failure = finished.getException();
        if (failure == null && finished.isRollbackOnly()) {
            failure = new ComesAgainException("a step rolled the event back");
        }
        if (failure == null) {
            failure = StepRejectedException.of(finished).orElse(null);
        }
        if (failure != null && event.failure().isEmpty()) {
            event.fail(decide(event, failure));
        }
    }

    /** Ends an event, once; later calls change nothing. */
    void end(EventInFlight event, Exchange finished) {
        boolean duplicate = finished.getProperty(ExchangePropertyKey.DUPLICATE_MESSAGE, false, boolean.class);
        boolean first = !event.hasEnded();
        event.end(duplicate);
        if (first) {
            logFailure(event, finished.getException());
        }
    }

    /**
     * Shows Camel what was decided: the exchange has an exception exactly if the event has to come again. Camel logs the
     * exception, so it does not quote the step's own, which may hold event content.
     */
    void setResult(EventInFlight event, Exchange finished) {
        if (!event.isForwarded()
                && event.failure().filter(Failure.Again.class::isInstance).isPresent()) {
            finished.setException(new ComesAgainException("the event failed and comes again"));
        } else {
            finished.setException(null);
            finished.setRollbackOnly(false);
        }
    }

    /** One line for what an operator has to know; an outage is told by the gate, a key in progress is no news. */
    private static void logFailure(EventInFlight event, Throwable failure) {
        Failure decided = event.failure().orElse(null);
        String id = event.delivery().messageId();
        String error = failure == null ? "a part of the event failed" : ErrorText.of(failure);
        if (event.isForwarded()) {
            if (decided != null) {
                LOG.warn("Message {} (key {}) was forwarded, and then a step failed: {}", id, event.shortKey(), error);
            }
        } else if (decided instanceof Failure.Dead dead) {
            LOG.warn(
                    "Message {} (key {}) to the dead-letter queue, {}: {}",
                    id,
                    event.shortKey(),
                    dead.letter().reason(),
                    dead.letter().error());
        } else if (decided instanceof Failure.Again again && again.attempt()) {
            LOG.warn(
                    "Message {} (key {}) failed at attempt {}, back in {} s: {}",
                    id,
                    event.shortKey(),
                    event.attempts(),
                    again.visibleIn().toSeconds(),
                    error);
        }
    }

    private static Duration restOfLease(Throwable failure) {
        Throwable cause = failure;
        while (!(cause instanceof KeyInProgressException inProgress)) {
            cause = cause.getCause();
        }
        return inProgress.retryAfter();
    }

    private static UnusableEventException unusable(Throwable failure) {
        Throwable cause = failure;
        while (!(cause instanceof UnusableEventException unusable)) {
            cause = cause.getCause();
        }
        return unusable;
    }

    /** Above the split there is no event yet, and the deliveries of the message stand for its attempts. */
    private static int attempts(Exchange exchange) {
        return EventInFlight.of(exchange)
                .map(EventInFlight::attempts)
                .or(() -> Delivery.of(exchange).map(Delivery::receiveCount))
                .orElse(0);
    }

    private static boolean isLetter(Exchange exchange) {
        return EventInFlight.isLetter(exchange);
    }

    private static FailureCause cause(Exchange exchange) {
        return FailureCause.of(caught(exchange));
    }

    private static Throwable caught(Exchange exchange) {
        return exchange.getProperty(ExchangePropertyKey.EXCEPTION_CAUGHT, Throwable.class);
    }
}
