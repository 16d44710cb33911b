package io.eventdedup.claim;

import java.util.function.Supplier;

/** Measures the claims of a process. By default nothing is measured. */
public interface ClaimMetrics {

    /** Measures nothing. */
    ClaimMetrics NONE = new ClaimMetrics() {};

    /** Runs and times one claim request. */
    default <T> T timeClaim(Supplier<T> request) {
        return request.get();
    }

    /** Runs and times one confirm request. */
    default <T> T timeConfirm(Supplier<T> request) {
        return request.get();
    }

    /** Counts a claim that another delivery took over while it was held here. */
    default void leaseLost() {}

    /** Counts a duplicate that was recognized without a request. */
    default void cacheHit() {}
}
