package io.eventdedup.claim;

import java.util.function.Supplier;

/** What is measured of the claims of a process. By default nothing is. */
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

    /** Counts a duplicate recognised without a request. */
    default void cacheHit() {}
}
