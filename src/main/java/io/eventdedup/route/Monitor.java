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
 * Shows operators the state of the pipelines: the readiness check, which is down while one of them does not poll; the meters; and in the
 * log, a line of counts for every minute with traffic and for the whole run.
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

    /** The process waits for a service before it starts its routes; null: it no longer waits. */
    public void waitsFor(String reason) {
        waitingFor = reason;
        showPipelines();
    }

    /** Why polling is stopped, with the route if there are several; empty while all routes poll. */
    public Optional<String> problem() {
        List<QueuePipeline> all = pipelines();
        return Optional.ofNullable(waitingFor).or(() -> all.stream()
                .flatMap(pipeline -> pipeline.stopped().stream()
                        .map(stop -> (all.size() > 1 ? "route " + pipeline.id() + ": " : "") + stop.reason()))
                .reduce((one, other) -> one + "; " + other));
    }

    /** Whether a pipeline does not poll, because polling is stopped or the process has not started the pipeline yet. */
    boolean isStopped(String pipeline) {
        return waitingFor != null
                || pipelines().stream()
                        .anyMatch(running -> running.id().equals(pipeline)
                                && running.stopped().isPresent());
    }

    /** The component of the pipelines. */
    DedupSqsComponent component() {
        return component;
    }

    /** The pipelines that run. */
    public List<QueuePipeline> pipelines() {
        return component.pipelines();
    }

    /** Sets one further listener to the outcome of each event, besides the counters and meters. */
    public void tellOfEvents(EventListener listener) {
        also = listener;
    }

    /** An event has ended and was counted; calls the other listeners. */
    void ended(EventInFlight event, Outcome outcome) {
        meters.ifPresent(listener -> listener.ended(event, outcome));
        also.ended(event, outcome);
    }

    /**
     * Asks SQS how many messages are in a queue.
     *
     * @param queue its name, URL or ARN
     * @throws software.amazon.awssdk.core.exception.SdkException if SQS does not respond or rejects the call
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
                "The counts of the last minute could not be logged; the next line follows",
                this::tell);
        Optional.ofNullable(HealthCheckRegistry.get(context)).ifPresent(checks -> checks.register(readiness));
    }

    /**
     * Creates the series of all pipelines, and registers the meters if the context has a meter registry. Call this whenever the route of a
     * pipeline is about to start.
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

    /** The key rules were loaded or reloaded. */
    void rulesChanged() {
        meters.ifPresent(RouteMeters::expectAll);
    }

    /** The number of events with this outcome since the start, in all pipelines. */
    public long total(Outcome outcome) {
        return outcomes.total(outcome);
    }

    /** The outcomes by pipeline and rule; the current rules are included even if they had no event. */
    public List<RuleCounts> counts() {
        return outcomes.all();
    }

    /** Logs the counts since the last line, if there were events. */
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
        // Camel also stops services that it has not started
        if (scheduler != null) {
            context.getExecutorServiceManager().shutdownNow(scheduler);
        }
        Optional.ofNullable(HealthCheckRegistry.get(context)).ifPresent(checks -> checks.unregister(readiness));
        meters.ifPresent(RouteMeters::close);
        meters = Optional.empty();
        log("Since the start", NONE);
    }

    /**
     * The readiness check: down while polling is stopped. It is not a liveness check, because a restart does not end the outage of a
     * service.
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
