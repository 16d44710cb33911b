package io.eventdedup.route;

import io.eventdedup.aws.MergeGroup;
import io.eventdedup.dynamodb.DynamoDbIdempotentRepository;
import io.eventdedup.event.FailureTable;
import io.eventdedup.event.ReturnDelay;
import io.eventdedup.key.Durations;
import io.eventdedup.key.EventKeyProcessor;
import io.eventdedup.key.KeyRules;
import io.eventdedup.sqs.DedupSqsComponent;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.camel.CamelContext;

/** The parts of one Camel context, each created at its first use. */
public final class DedupParts {

    private final CamelContext context;
    private final Events events = new Events();
    private final DeadLetters deadLetters = new DeadLetters();
    private Settings settings;
    private MergeGroup mergeGroup;
    private FailureTable failureTable;
    private EventKeyProcessor keyProcessor;
    private DedupKeys keys;
    private DynamoDbIdempotentRepository repository;
    private Monitor monitor;

    DedupParts(CamelContext context) {
        this.context = context;
    }

    /** The parts of a context that has this jar on its class path. */
    public static DedupParts of(CamelContext context) {
        return context.getCamelContextExtension().getContextPlugin(DedupParts.class);
    }

    /**
     * The settings, as Camel resolves their placeholders.
     *
     * @throws ConfigurationException if a setting is invalid
     */
    public synchronized Settings settings() {
        if (settings == null) {
            settings = Settings.of(context.getPropertiesComponent());
        }
        return settings;
    }

    Events events() {
        return events;
    }

    DeadLetters deadLetters() {
        return deadLetters;
    }

    synchronized MergeGroup mergeGroup() {
        if (mergeGroup == null) {
            mergeGroup = new MergeGroup();
            mergeGroup.setMerging(settings().mergeCalls());
        }
        return mergeGroup;
    }

    Failures failures() {
        return new Failures(failureTable());
    }

    private synchronized FailureTable failureTable() {
        if (failureTable == null) {
            ReturnDelay delay =
                    new ReturnDelay(() -> ThreadLocalRandom.current().nextDouble());
            failureTable = new FailureTable(settings().maxAttempts(), Clock.systemUTC(), delay);
        }
        return failureTable;
    }

    /** The key rules in force. */
    public KeyRules rules() {
        return keyProcessor().rules();
    }

    private synchronized EventKeyProcessor keyProcessor() {
        if (keyProcessor == null) {
            EventKeyProcessor loaded = new EventKeyProcessor();
            loaded.setKeys(settings().keys());
            loaded.setWindow(Durations.format(settings().window()));
            loaded.setReplays(settings().values().get("dedup.replays"));
            loaded.reload(this::check);
            keyProcessor = loaded;
            monitor().ifPresent(Monitor::rulesChanged);
        }
        return keyProcessor;
    }

    /**
     * Reloads the key rules. Events in flight keep the rules with which they began.
     *
     * @throws io.eventdedup.key.KeyRulesException if the rule file is invalid; the previous rules stay in force
     * @throws ConfigurationException if a window is too short for the output queue
     */
    public synchronized void reloadRules() {
        keyProcessor().reload(this::check);
        monitor().ifPresent(Monitor::rulesChanged);
    }

    private void check(KeyRules loaded) {
        FifoWindow.require(settings(), loaded);
    }

    synchronized DedupKeys keys() {
        if (keys == null) {
            keys = new DedupKeys(keyProcessor());
        }
        return keys;
    }

    /** The repository. It creates its client and checks its table when a route that uses it starts. */
    public synchronized DynamoDbIdempotentRepository repository() {
        if (repository == null) {
            Settings from = settings();
            repository = new EventRepository(from.observes());
            repository.setTable(from.table());
            repository.setWindow(from.window());
            repository.setLease(from.lease());
            repository.setClockSkew(from.clockSkew());
            repository.setCacheSize(from.cacheSize());
            repository.setMergeGroup(mergeGroup());
        }
        return repository;
    }

    /** The monitor; empty while no route uses the component {@code dedup-sqs}. */
    public synchronized Optional<Monitor> monitor() {
        return Optional.ofNullable(monitor);
    }

    synchronized void configure(DedupSqsComponent component) {
        Settings from = settings();
        component.setPollers(from.pollers());
        component.setWorkers(from.workers());
        component.setVisibilityTimeout(from.visibilityTimeout());
        component.setLease(from.lease());
        component.setOutputQueue(from.outputQueue());
        component.setDeadLetterQueue(from.deadLetterQueue());
        component.decideFailuresBy(failureTable());
        component.setOutageAfter(from.outageAfter());
        component.setKeyPrefix(from.keyPrefix());
        component.shareRequestsWithin(mergeGroup());
        OutcomeCounter outcomes = new OutcomeCounter(Clock.systemUTC(), this::windows);
        OutcomeLog log = new OutcomeLog(outcomes);
        component.probeBeforePolling(() -> repository().probe());
        Monitor watching = new Monitor(context, component, outcomes, log);
        monitor = watching;
        component.tellOfEvents(outcomes, log, watching::ended);
        try {
            context.addService(monitor);
        } catch (Exception e) {
            throw new IllegalStateException("The monitor of the dedup-sqs routes cannot start", e);
        }
    }

    /** The windows of the rules; empty if the rules have not been loaded yet. */
    private synchronized Map<String, Duration> windows() {
        return keyProcessor == null ? Map.of() : rules().windows();
    }
}
