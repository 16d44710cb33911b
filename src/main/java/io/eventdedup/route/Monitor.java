package io.eventdedup.route;

import io.eventdedup.claim.Background;
import io.eventdedup.event.EventInFlight;
import io.eventdedup.event.EventListener;
import io.eventdedup.event.Outcome;
import io.eventdedup.sqs.DedupSqsComponent;
import io.eventdedup.sqs.DedupSqsEndpoint;
import io.eventdedup.sqs.QueueDepth;
import io.eventdedup.sqs.QueuePipeline;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.support.service.ServiceSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows an operator at a glance how the routes do: readiness, which is down while one of them does not poll, the meters, and for
 * every minute with traffic one line of counts in the log, and at the end one with the counts since the start.
 */
public final class Monitor extends ServiceSupport {

    private static final Logger LOG = LoggerFactory.getLogger(Monitor.class);
    private static final long INTERVAL_SECONDS = 60;

    /** In the order of {@link Outcome}. */
    private static final String COUNTS =
            ": {} forwarded, {} duplicates, {} observed copies, {} filtered, {} dead letters, {} returned";

    private static final List<Long> NONE = Collections.nCopies(Outcome.values().length, 0L);

    private final CamelContext context;
    private final DedupSqsComponent component;
    private final OutcomeCounter outcomes;
    private final OutcomeLog outcomeLog;
    private final Readiness readiness = new Readiness(this);
    private ScheduledExecutorService scheduler;
    private List<Long> told = NONE;
    private volatile String waitingFor;
    private volatile Optional<RouteMeters> meters = Optional.empty();
    private volatile EventListener also = (event, outcome) -> {};

    Monitor(CamelContext context, DedupSqsComponent component, OutcomeCounter outcomes, OutcomeLog outcomeLog) {
        this.context = context;
        this.component = component;
        this.outcomes = outcomes;
        this.outcomeLog = outcomeLog;
    }

    /** The process waits for a service before it starts its routes; null: no longer. */
    public void waitsFor(String reason) {
        waitingFor = reason;
        showPipelines();
    }

    /** Why a route polls nothing, which is named if there are several; empty while all of them poll. */
    public Optional<String> problem() {
        List<QueuePipeline> all = pipelines();
        return Optional.ofNullable(waitingFor).or(() -> all.stream()
                .flatMap(pipeline -> pipeline.stopped().stream()
                        .map(stop -> (all.size() > 1 ? "route " + pipeline.id() + ": " : "") + stop.reason()))
                .reduce((one, other) -> one + "; " + other));
    }

    /** Whether a pipeline polls nothing, because it has stopped or the process has not started it yet. */
    boolean isStopped(String pipeline) {
        return waitingFor != null
                || pipelines().stream()
                        .anyMatch(running -> running.id().equals(pipeline)
                                && running.stopped().isPresent());
    }

    /** What sends and receives. */
    DedupSqsComponent component() {
        return component;
    }

    /** The pipelines that run. */
    public List<QueuePipeline> pipelines() {
        return component.pipelines();
    }

    /** Who else hears what becomes of each event, besides the counters; one at most. */
    public void tellOfEvents(EventListener listener) {
        also = listener;
    }

    /** An event has ended: tells who hears of it after it was counted. */
    void ended(EventInFlight event, Outcome outcome) {
        meters.ifPresent(listener -> listener.ended(event, outcome));
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
     * Lets the series of all pipelines exist, and registers the meters if the context has a registry of meters. To be called
     * whenever the route of a pipeline is about to start.
     */
    synchronized void showPipelines() {
        for (Route route : context.getRoutes()) {
            if (route.getEndpoint() instanceof DedupSqsEndpoint) {
                outcomes.expect(route.getId());
            }
        }
        try {
            meters = meters.or(() -> RouteMeters.in(context, outcomes, this));
        } catch (NoClassDefFoundError noMicrometer) {
            LOG.debug("Micrometer is not on the class path, so there are no meters");
        }
        rulesChanged();
    }

    /** Other rules are in force. */
    void rulesChanged() {
        meters.ifPresent(RouteMeters::expectAll);
    }

    /** Events with this outcome since the start, in all pipelines. */
    public long total(Outcome outcome) {
        return outcomes.total(outcome);
    }

    /** What became of the events, by pipeline and rule; of the rules in force also those without any event. */
    public List<RuleCounts> counts() {
        return outcomes.all();
    }

    /** Writes what has come since the last line; nothing if that is nothing. */
    void tell() {
        told = log("Last " + INTERVAL_SECONDS + " s", told);
        outcomeLog.warn();
    }

    private List<Long> log(String period, List<Long> before) {
        List<Long> now = Stream.of(Outcome.values()).map(outcomes::total).toList();
        if (!now.equals(before)) {
            Object[] come = new Object[now.size()];
            Arrays.setAll(come, i -> now.get(i) - before.get(i));
            LOG.info(period + COUNTS, come);
        }
        return now;
    }

    @Override
    protected void doStop() {
        // Camel stops a service that it has not started too
        if (scheduler != null) {
            context.getExecutorServiceManager().shutdownNow(scheduler);
        }
        Optional.ofNullable(HealthCheckRegistry.get(context)).ifPresent(checks -> checks.unregister(readiness));
        meters.ifPresent(RouteMeters::close);
        meters = Optional.empty();
        log("Since the start", NONE);
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
            return monitor.problem()
                    .map(reason ->
                            result.message("Polling is stopped: " + reason).down())
                    .orElseGet(result::up)
                    .build();
        }
    }
}
