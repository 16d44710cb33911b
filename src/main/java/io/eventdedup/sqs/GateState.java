package io.eventdedup.sqs;

import io.eventdedup.claim.Backoff;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;

/**
 * Whether the route may poll. Immutable; the transitions define when polling stops and resumes.
 *
 * <pre>
 *   POLLING --failed--> STOPPED --probe succeeded--> PROBING --worked, and nothing is left to prove--> POLLING
 *                          ^                            |
 *                          +---------- failed ----------+   (next probe later than the last)
 * </pre>
 *
 * A probe cannot detect every failure: neither a missing permission for the encryption key of the output queue (an empty batch does not
 * need the key), nor the failure of a step. Such a failure is remembered until a message proves that it is over; until then, one message
 * at a time is tried.
 *
 * @param phase what polling is allowed
 * @param probeAfter how long to wait before the next probe; meaningful while stopped
 * @param trialUnderWay while probing: whether the one poll that is allowed at a time is under way
 * @param needsProbe whether something failed that the probe can detect
 * @param unproven the failures of which only a message can prove that they are over
 */
record GateState(Phase phase, Duration probeAfter, boolean trialUnderWay, boolean needsProbe, Set<String> unproven) {

    /** Polling must resume within five seconds after a service is available again, including the time that the probe takes. */
    private static final Backoff PROBES = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(3));

    private static final Backoff TRIALS = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(10));

    enum Phase {
        /** Poll without limits. */
        POLLING,
        /** Do not poll. */
        STOPPED,
        /** A probe has succeeded: one poll of one message at a time, until a message has passed the route. */
        PROBING
    }

    static GateState polling() {
        return new GateState(Phase.POLLING, PROBES.first(), false, false, Set.of());
    }

    /**
     * A receive, or a call for an event in flight, has failed. While stopped, further failures do not change the time of the next probe.
     *
     * @param proof what a message must prove before polling resumes; empty if the probe can detect the failure
     */
    GateState failed(String proof) {
        boolean probe = needsProbe || proof.isEmpty();
        Set<String> left = new TreeSet<>(unproven);
        if (!proof.isEmpty()) {
            left.add(proof);
        }
        return switch (phase) {
            case POLLING -> stopped(PROBES.first(), probe, left);
            case PROBING -> stopped(TRIALS.next(probeAfter), probe, left);
            case STOPPED -> stopped(probeAfter, probe, left);
        };
    }

    private static GateState stopped(Duration probeAfter, boolean needsProbe, Set<String> unproven) {
        return new GateState(Phase.STOPPED, probeAfter, false, needsProbe, Set.copyOf(unproven));
    }

    GateState probeFailed() {
        return phase == Phase.STOPPED ? stopped(PROBES.next(probeAfter), true, unproven) : this;
    }

    GateState probeSucceeded() {
        return phase == Phase.STOPPED ? new GateState(Phase.PROBING, probeAfter, false, false, unproven) : this;
    }

    /** Whether a poll may begin now. */
    boolean mayPoll() {
        return phase == Phase.POLLING || phase == Phase.PROBING && !trialUnderWay;
    }

    /** A poll begins; call this only if {@link #mayPoll}. */
    GateState pollBegins() {
        return trial(true);
    }

    /** The poll has ended, with or without a failure. */
    GateState pollEnded() {
        return trial(false);
    }

    private GateState trial(boolean underWay) {
        return phase == Phase.PROBING ? new GateState(phase, probeAfter, underWay, needsProbe, unproven) : this;
    }

    /** A message has proved that a failure is over. If there is no other, polling resumes at once. */
    GateState proved(String proof) {
        if (!unproven.contains(proof)) {
            return this;
        }
        Set<String> left = new TreeSet<>(unproven);
        left.remove(proof);
        return left.isEmpty() && !needsProbe
                ? polling()
                : new GateState(phase, probeAfter, trialUnderWay, needsProbe, Set.copyOf(left));
    }

    /** A message has passed the route, or the queue was empty. */
    GateState worked() {
        return phase == Phase.PROBING && unproven.isEmpty() ? polling() : this;
    }
}
