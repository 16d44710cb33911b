package io.eventdedup.event;

import io.eventdedup.claim.Backoff;
import java.time.Duration;
import java.time.Instant;

/**
 * Whether a step of the route is available. Immutable; the transitions define when the step counts as unavailable, and when an event
 * tries it.
 *
 * <pre>
 *   AVAILABLE --outageAfter different events failed, none passed-------> SUSPECTED --the next one failed, too--> UNAVAILABLE
 *       ^                                                                   |                                       |
 *       +-------------------------------- an event passed -------------------+---------------------------------------+
 * </pre>
 *
 * @param failures events in a row that had not failed before and failed at this step, while none passed it
 * @param since when the first of them failed
 * @param pause between two trials
 * @param nextTrial when the next event may try it; meaningful unless it is available
 * @param trialUntil until then no other event tries it, because one does
 */
record StepState(Phase phase, int failures, Instant since, Duration pause, Instant nextTrial, Instant trialUntil) {

    private static final Backoff TRIALS = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(10));

    /** A trial that takes longer counts for nothing. */
    private static final Duration MAX_TRIAL = Duration.ofMinutes(1);

    enum Phase {
        AVAILABLE,
        /** One event tries it, at once. */
        SUSPECTED,
        /** One event tries it now and then. */
        UNAVAILABLE
    }

    static final StepState AVAILABLE =
            new StepState(Phase.AVAILABLE, 0, Instant.MIN, TRIALS.first(), Instant.MIN, Instant.MIN);

    /** Whether an event may enter the step as its trial, while it is not available. */
    boolean isTrialDue(Instant now) {
        return phase != Phase.AVAILABLE && !now.isBefore(nextTrial) && !now.isBefore(trialUntil);
    }

    StepState trialBegins(Instant now) {
        return new StepState(phase, failures, since, pause, nextTrial, now.plus(MAX_TRIAL));
    }

    /** The event that tried it has ended, and neither passed nor failed at it. */
    StepState trialAbandoned() {
        return new StepState(phase, failures, since, pause, nextTrial, Instant.MIN);
    }

    /**
     * An event failed at it.
     *
     * @param fresh whether the event had not failed before; one that had says nothing about the step
     * @param trial whether it was the step's trial
     * @param outageAfter failures in a row that make the step suspect
     */
    StepState failed(boolean fresh, boolean trial, int outageAfter, Instant now) {
        return switch (phase) {
            case AVAILABLE -> fresh ? failedOnceMore(outageAfter, now) : this;
            case SUSPECTED -> trial ? unavailable(TRIALS.first(), now) : this;
            case UNAVAILABLE -> trial ? unavailable(TRIALS.next(pause), now) : this;
        };
    }

    private StepState failedOnceMore(int outageAfter, Instant now) {
        Instant first = failures == 0 ? now : since;
        Phase next = failures + 1 >= outageAfter ? Phase.SUSPECTED : Phase.AVAILABLE;
        return new StepState(next, failures + 1, first, TRIALS.first(), now, Instant.MIN);
    }

    private StepState unavailable(Duration pauseNow, Instant now) {
        return new StepState(Phase.UNAVAILABLE, failures, since, pauseNow, now.plus(pauseNow), Instant.MIN);
    }
}
