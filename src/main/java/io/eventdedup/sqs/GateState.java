package io.eventdedup.sqs;

import io.eventdedup.claim.Backoff;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;

/**
 * Whether the route may poll. A value; the transitions say everything about when polling stops and resumes.
 *
 * <pre>
 *   POLLING --failed--> STOPPED --probe succeeded--> PROBING --worked, and nothing is left to prove--> POLLING
 *                          ^                            |
 *                          +---------- failed ----------+   (next probe later than the last)
 * </pre>
 *
 * Some failures no probe can ask for: a key that the output queue may not use (an empty batch does not need it), a step of the
 * user's. Each is kept until a message has proved that it is over, and until then one message at a time is tried.
 *
 * @param phase what polling is allowed
 * @param probeAfter how long to wait before the next probe; meaningful while stopped
 * @param trialUnderWay while probing: whether the one poll that is allowed at a time is under way
 * @param needsProbe whether something failed that the probe asks for
 * @param unproven what only a message can prove
 */
record GateState(Phase phase, Duration probeAfter, boolean trialUnderWay, boolean needsProbe, Set<String> unproven) {

    /** Polling is to resume within five seconds of a service's return, the probe's own time included. */
    private static final Backoff PROBES = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(3));

    private static final Backoff TRIALS = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(10));

    enum Phase {
        /** Poll freely. */
        POLLING,
        /** Do not poll. */
        STOPPED,
        /** The services answered a probe: one poll of one message at a time, until one has gone through. */
        PROBING
    }

    static GateState polling() {
        return new GateState(Phase.POLLING, PROBES.first(), false, false, Set.of());
    }

    /**
     * A call of an event in flight failed, or a receive. While stopped, later failures do not change when the next probe is.
     *
     * @param proof what a message has to prove before polling resumes; empty if the probe asks for it
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

    /** A poll begins, which {@link #mayPoll} has allowed. */
    GateState pollBegins() {
        return trial(true);
    }

    /** The poll has ended, well or not. */
    GateState pollEnded() {
        return trial(false);
    }

    private GateState trial(boolean underWay) {
        return phase == Phase.PROBING ? new GateState(phase, probeAfter, underWay, needsProbe, unproven) : this;
    }

    /** A message proved something. If nothing else is wrong, polling resumes at once. */
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

    /** A message went through, or a poll found the queue empty. */
    GateState worked() {
        return phase == Phase.PROBING && unproven.isEmpty() ? polling() : this;
    }
}
