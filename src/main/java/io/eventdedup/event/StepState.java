package io.eventdedup.event;

import io.eventdedup.claim.Backoff;
import java.time.Duration;
import java.time.Instant;

/**
 * Whether a step of the route is available. Immutable; the transitions define when a step counts as unavailable and when an event may try
 * it.
 *
 * <pre>
 *   AVAILABLE --outageAfter different events failed, none passed-------> SUSPECTED --the next one failed, too--> UNAVAILABLE
 *       ^                                                                   |                                       |
 *       +-------------------------------- an event passed -------------------+---------------------------------------+
 * </pre>
 *
 * @param failures how many events in a row have failed at this step for the first time, with none passing it
 * @param since when the first of them failed
 * @param pause the pause between two trials
 * @param nextTrial when the next event may try the step; meaningful only if it is not available
 * @param trialUntil until then, no other event may try the step, because a trial is under way
 */
record StepState(Phase phase, int failures, Instant since, Duration pause, Instant nextTrial, Instant trialUntil) {

    private static final Backoff TRIALS = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(10));

    /** After this time, another event may try the step although the trial has not ended. */
    private static final Duration MAX_TRIAL = Duration.ofMinutes(1);

    enum Phase {
        AVAILABLE,
        /** One event may try it at once. */
        SUSPECTED,
        /** One event at a time may try it, with growing pauses. */
        UNAVAILABLE
    }

    static final StepState AVAILABLE =
            new StepState(Phase.AVAILABLE, 0, Instant.MIN, TRIALS.first(), Instant.MIN, Instant.MIN);

    /** Whether the step is not available, and an event may enter it as a trial. */
    boolean isTrialDue(Instant now) {
        return phase != Phase.AVAILABLE && !now.isBefore(nextTrial) && !now.isBefore(trialUntil);
    }

    StepState trialBegins(Instant now) {
        return new StepState(phase, failures, since, pause, nextTrial, now.plus(MAX_TRIAL));
    }

    /** The event of the trial has ended, and has neither passed the step nor failed at it. */
    StepState trialAbandoned() {
        return new StepState(phase, failures, since, pause, nextTrial, Instant.MIN);
    }

    /**
     * An event failed at this step.
     *
     * @param fresh whether the event has not failed before; an event that has proves nothing about the step
     * @param trial whether this was a trial
     * @param outageAfter the failures in a row after which the step is suspected
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
