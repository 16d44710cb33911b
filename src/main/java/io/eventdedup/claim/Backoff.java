package io.eventdedup.claim;

import java.time.Duration;

/**
 * Pauses between attempts, each twice as long as the one before, up to a maximum.
 *
 * @param first the pause after the first failure
 * @param longest the upper bound
 */
public record Backoff(Duration first, Duration longest) {

    /** Keeps the shift below 64 bits, where it would wrap around. */
    private static final int MAX_DOUBLINGS = 20;

    /**
     * The pause after this many failures.
     *
     * @param failures from 1; fewer count as 1
     */
    public Duration after(int failures) {
        int doublings = Math.min(Math.max(failures, 1) - 1, MAX_DOUBLINGS);
        return bounded(first.multipliedBy(1L << doublings));
    }

    /** The pause that follows the given one. */
    public Duration next(Duration pause) {
        return bounded(pause.multipliedBy(2));
    }

    private Duration bounded(Duration pause) {
        return pause.compareTo(longest) < 0 ? pause : longest;
    }
}
