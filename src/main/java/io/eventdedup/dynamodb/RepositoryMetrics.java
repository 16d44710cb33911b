package io.eventdedup.dynamodb;

import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;

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

    /**
     * Meters in the context's Micrometer registry; nothing is measured if there is none, or Micrometer is not on the class
     * path.
     *
     * @param context may be null
     * @param repository tells the repositories of one process apart
     */
    static RepositoryMetrics in(CamelContext context, String repository) {
        if (context == null || !isMicrometerThere()) {
            return NONE;
        }
        return MicrometerMetrics.in(context, repository).orElse(NONE);
    }

    private static boolean isMicrometerThere() {
        try {
            Class.forName(
                    "io.micrometer.core.instrument.MeterRegistry", false, RepositoryMetrics.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

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
