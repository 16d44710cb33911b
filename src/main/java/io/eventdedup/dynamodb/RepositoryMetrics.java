package io.eventdedup.dynamodb;

import java.util.function.IntSupplier;
import java.util.function.Supplier;

/** What the repository measures. */
interface RepositoryMetrics extends AutoCloseable {

    /** Measures nothing. */
    RepositoryMetrics NONE = new RepositoryMetrics() {
        @Override
        public <T> T timeClaim(Supplier<T> request) {
            return request.get();
        }

        @Override
        public <T> T timeConfirm(Supplier<T> request) {
            return request.get();
        }

        @Override
        public void leaseLost() {}

        @Override
        public void cacheHit() {}

        @Override
        public void watchPendingConfirms(IntSupplier count) {}

        @Override
        public void close() {}
    };

    /** Runs and times one claim request. */
    <T> T timeClaim(Supplier<T> request);

    /** Runs and times one confirm request. */
    <T> T timeConfirm(Supplier<T> request);

    /** Counts a claim that another delivery took over while it was held here. */
    void leaseLost();

    /** Counts a duplicate recognised without a request. */
    void cacheHit();

    /** Shows the number of confirms that have not reached the table yet. */
    void watchPendingConfirms(IntSupplier count);

    @Override
    void close();
}
