package io.eventdedup.event;

import io.eventdedup.claim.KeyInProgressException;
import io.eventdedup.key.UnusableEventException;
import java.time.Clock;
import java.time.Duration;

/**
 * Decides by the cause of a failure what happens to the event. Nothing else decides this; src/docs/failures.md shows the same table.
 *
 * @param maxAttempts the failures of a step after which an event is dead-lettered
 */
public record FailureTable(int maxAttempts, Clock clock, ReturnDelay returnDelay) {

    /** The reason of a dead letter whose event has failed too often. */
    static final String ATTEMPTS_EXHAUSTED = "ATTEMPTS_EXHAUSTED";

    static final String FORWARD_REJECTED = "FORWARD_REJECTED";

    /**
     * Decides what happens to the event.
     *
     * @param attempts the failed attempts of the event, including this one if it counts
     * @param deliveries how often the message has been received
     */
    public Failure decide(Throwable failure, int attempts, int deliveries) {
        return switch (Cause.of(failure)) {
            case UNUSABLE ->
                dead(
                        Cause.find(failure, UnusableEventException.class)
                                .map(unusable -> unusable.reason().name())
                                .orElse("UNUSABLE"),
                        failure,
                        false);
            case REFUSED -> dead(FORWARD_REJECTED, failure, false);
            case IN_PROGRESS ->
                new Failure.Again(returnDelay.inProgress(deliveries, retryAfter(failure)), false, false);
            case UNAVAILABLE, STEP_UNAVAILABLE -> outage();
            case STEP -> attempts >= maxAttempts ? dead(ATTEMPTS_EXHAUSTED, failure, true) : again(attempts);
        };
    }

    /** The event is dead-lettered with this reason. */
    public Failure.Dead dead(String reason, Throwable failure, boolean attempt) {
        return new Failure.Dead(new DeadLetter(reason, ErrorText.of(failure), clock.instant()), attempt);
    }

    /** The event is retried, and this counts as a failed attempt. */
    public Failure.Again again(int attempts) {
        return new Failure.Again(returnDelay.failure(attempts), true, false);
    }

    /** The event is retried after the outage, and this does not count as an attempt. */
    public Failure.Again outage() {
        return new Failure.Again(returnDelay.outage(), false, true);
    }

    private static Duration retryAfter(Throwable failure) {
        return Cause.find(failure, KeyInProgressException.class)
                .map(KeyInProgressException::retryAfter)
                .orElse(Duration.ZERO);
    }
}
