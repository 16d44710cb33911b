package io.eventdedup.proof;

import io.eventdedup.claim.ClaimStore;
import io.eventdedup.claim.ClaimStoreContract;
import org.junit.jupiter.api.Nested;

/** The simulated store keeps the contract of a store, so that what is proven with it holds for the real ones. */
class SimulatedTableTest {

    abstract static class Simulated extends ClaimStoreContract {

        private final ClaimStore store;

        Simulated(Setup setup) {
            Books books = new Books(setup, clock, PROTOCOL.lease().plus(PROTOCOL.clockSkew()));
            store = new SimulatedTable(PROTOCOL, clock, setup, books).new View();
        }

        @Override
        protected ClaimStore store() {
            return store;
        }
    }

    @Nested
    class Alone extends Simulated {

        Alone() {
            super(Setup.of("contract", 1));
        }
    }

    @Nested
    class InGroups extends Simulated {

        InGroups() {
            super(Setup.of("contract", 1).inGroups());
        }
    }
}
