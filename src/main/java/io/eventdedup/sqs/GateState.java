package io.eventdedup.sqs;

import java.time.Duration;

/**
 * Whether the route may poll. A value; the transitions say everything about when polling stops and resumes.
 *
 * <pre>
 *   OPEN --failed--> CLOSED --probe succeeded--> HALF_OPEN --worked--> OPEN
 *                      ^                             |
 *                      +----------- failed ----------+   (next probe later than the last)
 * </pre>
 *
 * @param phase what polling is allowed
 * @param probeAfter how long to wait before the next probe; meaningful while closed
 */
record GateState(Phase phase, Duration probeAfter) {

    static final Duration FIRST_PROBE = Duration.ofSeconds(1);

    /** Polling is to resume within five seconds of a service's return, the probe's own time included. */
    private static final Duration LONGEST_PROBE = Duration.ofSeconds(3);

    enum Phase {
        /** Poll freely. */
        OPEN,
        /** Do not poll. */
        CLOSED,
        /** The service answered a probe: one poll at a time, until one event has gone through. */
        HALF_OPEN
    }

    static GateState open() {
        return new GateState(Phase.OPEN, FIRST_PROBE);
    }

    /** A call of an event in work failed, or a receive. While closed, later failures change nothing. */
    GateState failed() {
        return switch (phase) {
            case OPEN -> new GateState(Phase.CLOSED, FIRST_PROBE);
            case HALF_OPEN -> new GateState(Phase.CLOSED, longer(probeAfter));
            case CLOSED -> this;
        };
    }

    GateState probeFailed() {
        return phase == Phase.CLOSED ? new GateState(Phase.CLOSED, longer(probeAfter)) : this;
    }

    GateState probeSucceeded() {
        return phase == Phase.CLOSED ? new GateState(Phase.HALF_OPEN, probeAfter) : this;
    }

    /** An event went through, or a poll found the queue empty. */
    GateState worked() {
        return phase == Phase.HALF_OPEN ? open() : this;
    }

    private static Duration longer(Duration wait) {
        Duration doubled = wait.multipliedBy(2);
        return doubled.compareTo(LONGEST_PROBE) < 0 ? doubled : LONGEST_PROBE;
    }
}
