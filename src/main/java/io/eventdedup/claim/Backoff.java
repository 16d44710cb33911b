package io.eventdedup.claim;

import java.time.Duration;

/**
 * Pauses between attempts, each twice as long as the one before, up to a bound.
 *
 * @param first the pause after the first failure
 * @param longest the bound
 */
public record Backoff(Duration first, Duration longest) {

    /** A shift by 64 would begin anew. */
    private static final int MOST_DOUBLINGS = 20;

    /**
     * The pause after so many failures.
     *
     * @param failures from 1; fewer count as 1
     */
    public Duration after(int failures) {
        int doublings = Math.min(Math.max(failures, 1) - 1, MOST_DOUBLINGS);
        return bounded(first.multipliedBy(1L << doublings));
    }

    /** The pause after this one. */
    public Duration next(Duration pause) {
        return bounded(pause.multipliedBy(2));
    }

    private Duration bounded(Duration pause) {
        return pause.compareTo(longest) < 0 ? pause : longest;
    }
}
