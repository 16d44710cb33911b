package io.eventdedup.route;

import io.eventdedup.sqs.Gate;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows an operator at a glance how the route does: the gauge {@code dedup.gate.closed}, 1 while polling is stopped, and
 * for every minute with traffic one line of counts in the log, and at the end one with the counts since the start.
 */
public final class Monitor implements CamelContextAware, AutoCloseable {

    /** The gauge of the gate. */
    public static final String GATE_CLOSED = "dedup.gate.closed";

    private static final Logger LOG = LoggerFactory.getLogger(Monitor.class);
    private static final long INTERVAL_SECONDS = 60;

    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "dedup-monitor");
        thread.setDaemon(true);
        return thread;
    });
    private CamelContext camelContext;
    private Gate gate;
    private OutcomeCounter outcomes;
    private MeterRegistry registry;
    private Gauge gateClosed;
    private Totals told = Totals.NONE;

    /** Where the gauge is read from. */
    public void setGate(Gate gate) {
        this.gate = gate;
    }

    /** Where the counts come from. */
    public void setOutcomes(OutcomeCounter outcomes) {
        this.outcomes = outcomes;
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        this.camelContext = camelContext;
    }

    @Override
    public CamelContext getCamelContext() {
        return camelContext;
    }

    /** Starts to watch; the gauge comes with the context, which makes its registry of meters after its beans. */
    public void init() throws Exception {
        camelContext.addStartupListener((context, alreadyStarted) -> registerGauge());
        scheduler.scheduleAtFixedRate(this::tell, INTERVAL_SECONDS, INTERVAL_SECONDS, TimeUnit.SECONDS);
    }

    /** Once, though a context that starts its routes later tells of its start twice. */
    private synchronized void registerGauge() {
        registry = camelContext.getRegistry().findSingleByType(MeterRegistry.class);
        if (registry != null && gateClosed == null) {
            gateClosed = Gauge.builder(GATE_CLOSED, () -> gate.isClosed() ? 1 : 0)
                    .description("1 while nothing is polled, since DynamoDB or a queue is away")
                    .register(registry);
        }
    }

    /** Writes what has come since the last line; nothing if that is nothing. */
    void tell() {
        Totals now = Totals.of(outcomes);
        log("Last " + INTERVAL_SECONDS + " s", now.since(told));
        told = now;
    }

    private static void log(String period, Totals totals) {
        if (!totals.equals(Totals.NONE)) {
            LOG.info("{}: {}", period, totals);
        }
    }

    /** Stops to watch. Called when the routes have stopped, or when a route that is edited takes the place of this one. */
    @Override
    public synchronized void close() {
        scheduler.shutdownNow();
        if (gateClosed != null) {
            registry.remove(gateClosed);
        }
        log("Since the start", Totals.of(outcomes));
    }
}
