package io.eventdedup.event;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The steps of a pipeline: distinguishes an outage of a step, at which every event fails, from an event that is at fault itself.
 * The decisions are {@link StepState}'s; thread-safe.
 */
public final class Steps {

    /** Stands for what fails on another thread or above the split, behind no step in particular. No event enters it. */
    static final String BLOCK = "block";

    /** What an event proves that passes an unavailable step, or the block although a step is unavailable. */
    static final String PROOF = "steps";

    /** If nothing has passed for so long, polling stops although something passed when the outage began. */
    private static final Duration QUIET = Duration.ofSeconds(2);

    private final int outageAfter;
    private final Clock clock;
    private final Map<String, StepState> states = new ConcurrentHashMap<>();
    private final AtomicInteger failuresSincePass = new AtomicInteger();
    private volatile Instant lastPass = Instant.MIN;

    /** @param outageAfter failures in a row before a step is suspect; 0: never */
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

    /** An event passed the step; true: it had not been available until now. */
    boolean passed(String step) {
        StepState before = states.isEmpty() ? null : states.remove(step);
        return before != null && before.phase() == StepState.Phase.UNAVAILABLE;
    }

    void trialAbandoned(String step) {
        states.computeIfPresent(step, (name, state) -> state.trialAbandoned());
    }

    /**
     * An event failed by this step.
     *
     * @param fresh whether it had not failed before
     * @return whether the step, and not the event, is at fault, so that this is no attempt of the event's
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

    /** Somebody who knows what a failure means says that the step is unavailable. */
    void unavailable(String step, boolean trial) {
        Instant now = clock.instant();
        states.compute(step, (name, state) -> {
            boolean known = state != null && state.phase() == StepState.Phase.UNAVAILABLE;
            return known
                    ? state.failed(true, trial, 1, now)
                    : StepState.AVAILABLE.failed(true, false, 1, now).failed(true, true, 1, now);
        });
    }

    /** Whether a failure at the step would be the step's and not the event's. */
    boolean isSuspect(String step) {
        StepState state = states.get(step);
        return state != null && state.phase() != StepState.Phase.AVAILABLE;
    }

    /**
     * An event came through all steps.
     *
     * @param began when it began; what it passed before an outage began says nothing about that
     * @return whether it began after every outage
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

    /** An event could not pass an unavailable step; whether nothing else passes either, so that polling is to stop. */
    boolean stopsPolling(String step) {
        int failures = failuresSincePass.incrementAndGet();
        StepState state = states.get(step);
        if (state == null || state.phase() != StepState.Phase.UNAVAILABLE) {
            return false;
        }
        return lastPass.isBefore(state.since())
                || failures >= outageAfter && lastPass.isBefore(clock.instant().minus(QUIET));
    }

    /** Whether a step waits for an event to try it. */
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
