package io.eventdedup.sqs;

import io.eventdedup.claim.Backoff;
import java.time.Duration;

/**
 * Whether the route may poll. A value; the transitions say everything about when polling stops and resumes.
 *
 * <pre>
 *   POLLING --failed--> STOPPED --probe succeeded--> PROBING --worked--> POLLING
 *                          ^                            |
 *                          +---------- failed ----------+   (next probe later than the last)
 * </pre>
 *
 * @param phase what polling is allowed
 * @param probeAfter how long to wait before the next probe; meaningful while stopped
 * @param trialUnderWay while probing: whether the one poll that is allowed at a time is under way
 */
record GateState(Phase phase, Duration probeAfter, boolean trialUnderWay) {

    /** Polling is to resume within five seconds of a service's return, the probe's own time included. */
    private static final Backoff PROBES = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(3));

    enum Phase {
        /** Poll freely. */
        POLLING,
        /** Do not poll. */
        STOPPED,
        /** The services answered a probe: one poll of one message at a time, until one has gone through. */
        PROBING
    }

    static GateState polling() {
        return new GateState(Phase.POLLING, PROBES.first(), false);
    }

    private static GateState stopped(Duration probeAfter) {
        return new GateState(Phase.STOPPED, probeAfter, false);
    }

    /** A call of an event in flight failed, or a receive. While stopped, later failures change nothing. */
    GateState failed() {
        return switch (phase) {
            case POLLING -> stopped(PROBES.first());
            case PROBING -> stopped(PROBES.next(probeAfter));
            case STOPPED -> this;
        };
    }

    GateState probeFailed() {
        return phase == Phase.STOPPED ? stopped(PROBES.next(probeAfter)) : this;
    }

    GateState probeSucceeded() {
        return phase == Phase.STOPPED ? new GateState(Phase.PROBING, probeAfter, false) : this;
    }

    /** Whether a poll may begin now. */
    boolean mayPoll() {
        return phase == Phase.POLLING || phase == Phase.PROBING && !trialUnderWay;
    }

    /** A poll begins, which {@link #mayPoll} has allowed. */
    GateState pollBegins() {
        return phase == Phase.PROBING ? new GateState(phase, probeAfter, true) : this;
    }

    /** The poll has ended, well or not. */
    GateState pollEnded() {
        return phase == Phase.PROBING ? new GateState(phase, probeAfter, false) : this;
    }

    /** A message went through, or a poll found the queue empty. */
    GateState worked() {
        return phase == Phase.PROBING ? polling() : this;
    }
}
