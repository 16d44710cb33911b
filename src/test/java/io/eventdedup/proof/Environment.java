package io.eventdedup.proof;

import io.eventdedup.claim.ClaimStore;
import java.time.Clock;

/** The services of a world. By default they are simulated. */
interface Environment {

    Environment SIMULATED = new Environment() {};

    /** The input queue. */
    default SimulatedQueue queue(Clock clock) {
        return new SimulatedQueue(clock);
    }

    /** The table, as one process sees it. */
    default ClaimStore store(ClaimStore simulated) {
        return simulated;
    }

    /** The simulated table has deleted a row that has expired. */
    default void rowExpired(String key) {}
}
