package io.eventdedup.route;

import io.eventdedup.claim.Background;
import io.eventdedup.event.EventInFlight;
import io.eventdedup.event.EventListener;
import io.eventdedup.event.Outcome;
import io.eventdedup.sqs.DedupSqsComponent;
import io.eventdedup.sqs.Gate;
import io.eventdedup.sqs.QueueDepth;
import io.eventdedup.sqs.QueuePipeline;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.support.service.ServiceSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows an operator at a glance how the route does: readiness, the gauge {@code dedup.gate.closed}, which is 1 while polling is
 * stopped, and for every minute with traffic one line of counts in the log, and at the end one with the counts since the start.
 */
public final class Monitor extends ServiceSupport {

    private static final Logger LOG = LoggerFactory.getLogger(Monitor.class);
    private static final long INTERVAL_SECONDS = 60;

    private final CamelContext context;
    private final DedupSqsComponent component;
    private final OutcomeCounter outcomes;
    private final OutcomeLog outcomeLog;
    private final Readiness readiness = new Readiness(this);
    private ScheduledExecutorService scheduler;
    private Totals told;
    private volatile String waitingFor;
    private volatile EventListener also = (event, outcome) -> {};

    Monitor(CamelContext context, DedupSqsComponent component, OutcomeCounter outcomes, OutcomeLog outcomeLog) {
        this.context = context;
        this.component = component;
        this.outcomes = outcomes;
        this.outcomeLog = outcomeLog;
        this.told = Totals.of(outcomes);
    }

    /** The process waits for a service before it starts its routes; null: no longer. */
    public void waitsFor(String reason) {
        waitingFor = reason;
    }

    /** Why nothing is polled; empty while polling goes on. */
    public Optional<String> problem() {
        return Optional.ofNullable(waitingFor).or(() -> gateStop().map(Gate.Stop::reason));
    }

    /** Since when nothing is polled and when the probe runs next; empty while polling goes on, and before the routes start. */
    public Optional<Gate.Stop> gateStop() {
        return component.pipelines().stream()
                .flatMap(pipeline -> pipeline.gate().stopped().stream())
                .findFirst();
    }

    /** The pipelines that run. */
    public List<QueuePipeline> pipelines() {
        return component.pipelines();
    }

    /** Who else hears what becomes of each event, besides the counters; one at most. */
    public void tellOfEvents(EventListener listener) {
        also = listener;
    }

    /** An event has ended: tells who else hears of it. */
    void ended(EventInFlight event, Outcome outcome) {
        also.ended(event, outcome);
    }

    /**
     * Asks SQS how many messages are in a queue.
     *
     * @param queue its name, URL or ARN
     * @throws software.amazon.awssdk.core.exception.SdkException if SQS does not say
     */
    public QueueDepth depth(String queue) {
        return component.depth(queue);
    }

    @Override
    protected void doStart() throws Exception {
        scheduler = context.getExecutorServiceManager().newSingleThreadScheduledExecutor(this, "dedup-monitor");
        Background.repeat(
                scheduler,
                TimeUnit.SECONDS.toMillis(INTERVAL_SECONDS),
                "What came through was not logged this time",
                this::tell);
        Optional.ofNullable(HealthCheckRegistry.get(context)).ifPresent(checks -> checks.register(readiness));
    }

    /**
     * Registers the route's meters, once the context has its registry of meters; does nothing if it has done so. To be called
     * whenever routes start: Camel starts a service that is added while it starts its routes after it has told its listeners.
     */
    synchronized void showMeters() {
        if (isMicrometerThere() && !outcomes.isCountedInMeters()) {
            Meters.register(this);
        }
    }

    /** Other rules are in force. */
    void rulesChanged() {
        outcomes.rulesChanged();
    }

    /** Events with this outcome since the start. */
    public long total(Outcome outcome) {
        return outcomes.total(outcome);
    }

    /** Writes what has come since the last line; nothing if that is nothing. */
    void tell() {
        Totals now = Totals.of(outcomes);
        log("Last " + INTERVAL_SECONDS + " s", now.since(told));
        told = now;
        outcomeLog.warn();
    }

    private static void log(String period, Totals totals) {
        if (!totals.isNone()) {
            LOG.info("{}: {}", period, totals);
        }
    }

    @Override
    protected void doStop() {
        // Camel stops a service that it has not started too
        if (scheduler != null) {
            context.getExecutorServiceManager().shutdownNow(scheduler);
        }
        Optional.ofNullable(HealthCheckRegistry.get(context)).ifPresent(checks -> checks.unregister(readiness));
        outcomes.endMeters();
        log("Since the start", Totals.of(outcomes));
    }

    private static boolean isMicrometerThere() {
        try {
            Class.forName("io.micrometer.core.instrument.MeterRegistry", false, Monitor.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    /** Apart, since Micrometer need not be on the class path. */
    private static final class Meters {

        static void register(Monitor monitor) {
            MeterRegistry registry = monitor.context.getRegistry().findSingleByType(MeterRegistry.class);
            if (registry != null) {
                monitor.outcomes.countIn(
                        new RouteMeters(registry, () -> monitor.problem().isPresent()));
            }
        }
    }

    /**
     * The readiness of the process: down while nothing is polled. Liveness stays up, since a restart does not bring a service
     * back.
     */
    private static final class Readiness implements org.apache.camel.health.HealthCheck {

        private final Monitor monitor;
        private boolean enabled = true;

        Readiness(Monitor monitor) {
            this.monitor = monitor;
        }

        @Override
        public String getGroup() {
            return "event-dedup";
        }

        @Override
        public String getId() {
            return "gate";
        }

        @Override
        public boolean isLiveness() {
            return false;
        }

        @Override
        public boolean isEnabled() {
            return enabled;
        }

        @Override
        public void setEnabled(boolean enabled) {
            this.enabled = enabled;
        }

        @Override
        public Result call(Map<String, Object> options) {
            HealthCheckResultBuilder result = HealthCheckResultBuilder.on(this);
            Optional<String> problem = monitor.problem();
            return problem.isEmpty()
                    ? result.up().build()
                    : result.message("Polling is stopped: " + problem.get())
                            .down()
                            .build();
        }
    }
}
