package io.eventdedup.event;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The steps of a pipeline. Distinguishes an outage of a step, at which every event fails, from a bad event. {@link StepState} makes the
 * decisions. Thread-safe.
 */
public final class Steps {

    /** Represents failures that belong to no particular step: on another thread, or before the split. No event enters it. */
    static final String BLOCK = "block";

    /** What an event proves if it passes an unavailable step, or passes the block while a step is unavailable. */
    static final String PROOF = "steps";

    /** If no event has passed for this long, polling stops although an event has passed since the outage began. */
    private static final Duration MAX_QUIET = Duration.ofSeconds(2);

    private final int outageAfter;
    private final Clock clock;
    private final Map<String, StepState> states = new ConcurrentHashMap<>();
    private final AtomicInteger failuresSincePass = new AtomicInteger();
    private volatile Instant lastPass = Instant.MIN;

    /** @param outageAfter failures in a row after which a step is suspected; 0: never */
    public Steps(int outageAfter, Clock clock) {
        this.outageAfter = outageAfter;
        this.clock = clock;
    }

    /** How an event may enter a step. */
    enum Entry {
        FREE,
        /** To try whether it is available again. */
        TRIAL,
        DENIED
    }

    /** An unavailable step, for operators. */
    public record Outage(String step, Instant since, Instant nextTrial) {}

    Entry enter(String step) {
        StepState known = states.get(step);
        if (known == null || known.phase() == StepState.Phase.AVAILABLE) {
            return Entry.FREE;
        }
        Instant now = clock.instant();
        boolean[] trial = new boolean[1];
        states.compute(step, (name, state) -> {
            trial[0] = state != null && state.isTrialDue(now);
            return trial[0] ? state.trialBegins(now) : state;
        });
        return trial[0] ? Entry.TRIAL : states.containsKey(step) ? Entry.DENIED : Entry.FREE;
    }

    /** An event passed the step. Returns true if the step was unavailable until now. */
    boolean passed(String step) {
        StepState before = states.isEmpty() ? null : states.remove(step);
        return before != null && before.phase() == StepState.Phase.UNAVAILABLE;
    }

    void trialAbandoned(String step) {
        states.computeIfPresent(step, (name, state) -> state.trialAbandoned());
    }

    /**
     * An event failed at this step.
     *
     * @param fresh whether the event has not failed before
     * @return whether the step is the cause, and not the event, so that the failure does not count as an attempt
     */
    boolean failed(String step, boolean fresh, boolean trial) {
        if (outageAfter == 0) {
            return false;
        }
        Instant now = clock.instant();
        StepState after = states.compute(step, (name, known) -> {
            StepState state = known == null ? StepState.AVAILABLE : known;
            return state.failed(fresh, trial || name.equals(BLOCK) && state.isTrialDue(now), outageAfter, now);
        });
        return after.phase() != StepState.Phase.AVAILABLE;
    }

    /** The step is unavailable, according to a handler that knows what the failure means. */
    void unavailable(String step, boolean trial) {
        Instant now = clock.instant();
        states.compute(step, (name, state) -> {
            boolean known = state != null && state.phase() == StepState.Phase.UNAVAILABLE;
            return known
                    ? state.failed(true, trial, 1, now)
                    : StepState.AVAILABLE.failed(true, false, 1, now).failed(true, true, 1, now);
        });
    }

    /** Whether a failure at this step would be caused by the step and not by the event. */
    boolean isSuspect(String step) {
        StepState state = states.get(step);
        return state != null && state.phase() != StepState.Phase.AVAILABLE;
    }

    /**
     * An event passed all steps.
     *
     * @param began when the event began; an event that began before an outage proves nothing about its end
     * @return whether it began after the start of every current outage
     */
    synchronized boolean blockPassed(Instant began) {
        if (began.isAfter(lastPass)) {
            lastPass = began;
        }
        boolean later = outages().stream().noneMatch(outage -> began.isBefore(outage.since()));
        if (later) {
            failuresSincePass.set(0);
            states.remove(BLOCK);
        }
        return later;
    }

    Instant now() {
        return clock.instant();
    }

    /** An event could not pass an unavailable step. Returns whether polling must stop, because no other event passes either. */
    boolean stopsPolling(String step) {
        int failures = failuresSincePass.incrementAndGet();
        StepState state = states.get(step);
        if (state == null || state.phase() != StepState.Phase.UNAVAILABLE) {
            return false;
        }
        return lastPass.isBefore(state.since())
                || failures >= outageAfter && lastPass.isBefore(clock.instant().minus(MAX_QUIET));
    }

    /** Whether a step is due for an event that tries it. */
    public boolean isTrialDue() {
        Instant now = clock.instant();
        return states.values().stream().anyMatch(state -> state.isTrialDue(now));
    }

    /** The steps that are unavailable now. */
    public List<Outage> outages() {
        return states.entrySet().stream()
                .filter(step -> step.getValue().phase() == StepState.Phase.UNAVAILABLE)
                .map(step -> new Outage(
                        step.getKey(), step.getValue().since(), step.getValue().nextTrial()))
                .toList();
    }
}
