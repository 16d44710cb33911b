package io.eventdedup.dynamodb;

import io.eventdedup.claim.ClaimMetrics;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;

/** The meters of a repository. Only this class needs Micrometer on the class path. */
final class RepositoryMeters implements ClaimMetrics, AutoCloseable {

    private final MeterRegistry registry;
    private final String repository;
    private final Timer claim;
    private final Timer confirm;
    private final Counter leaseLost;
    private final Counter cacheHits;
    private Gauge pendingConfirms;

    private RepositoryMeters(MeterRegistry registry, String repository) {
        this.registry = registry;
        this.repository = repository;
        this.claim = Timer.builder("dedup.claim")
                .description("claim requests to the table")
                .tag("repository", repository)
                .register(registry);
        this.confirm = Timer.builder("dedup.confirm")
                .description("confirm requests to the table")
                .tag("repository", repository)
                .register(registry);
        this.leaseLost = Counter.builder("dedup.lease.lost")
                .description("claims that another delivery took over")
                .tag("repository", repository)
                .register(registry);
        this.cacheHits = Counter.builder("dedup.cache.hits")
                .description("duplicates recognized without a request")
                .tag("repository", repository)
                .register(registry);
    }

    /** Meters in the context's meter registry, if it has one. */
    static Optional<ClaimMetrics> in(CamelContext context, String repository) {
        return Optional.ofNullable(context)
                .map(found -> found.getRegistry().findSingleByType(MeterRegistry.class))
                .map(registry -> new RepositoryMeters(registry, repository));
    }

    @Override
    public <T> T timeClaim(Supplier<T> request) {
        return claim.record(request);
    }

    @Override
    public <T> T timeConfirm(Supplier<T> request) {
        return confirm.record(request);
    }

    @Override
    public void leaseLost() {
        leaseLost.increment();
    }

    @Override
    public void cacheHit() {
        cacheHits.increment();
    }

    /**
     * Shows the number of confirms that are not in the table yet. Replaces the gauge of an earlier repository of this name, as after a
     * reload of its route.
     */
    void watchPendingConfirms(IntSupplier count) {
        registeredGauge().ifPresent(registry::remove);
        pendingConfirms = Gauge.builder("dedup.confirm.pending", count::getAsInt)
                .description("forwarded events not in the table yet")
                .tag("repository", repository)
                .strongReference(true)
                .register(registry);
    }

    @Override
    public void close() {
        registeredGauge().filter(gauge -> gauge == pendingConfirms).ifPresent(registry::remove);
    }

    private Optional<Gauge> registeredGauge() {
        return Optional.ofNullable(registry.find("dedup.confirm.pending")
                .tag("repository", repository)
                .gauge());
    }
}
