package io.eventdedup.page;

import static java.util.stream.Collectors.toMap;

import io.eventdedup.event.Steps;
import io.eventdedup.key.KeyRules;
import io.eventdedup.route.BoundedNames;
import io.eventdedup.route.DedupMeter;
import io.eventdedup.route.DedupParts;
import io.eventdedup.route.Monitor;
import io.eventdedup.route.RuleCounts.Figures;
import io.eventdedup.sqs.Gate;
import io.eventdedup.sqs.QueuePipeline;
import io.micrometer.core.instrument.Measurement;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.apache.camel.CamelContext;

/** What the page shows, as records that become its JSON. All times are epoch milliseconds; what is not known is null. */
final class Report {

    /** Dead letters first, then copies that differ, then fallbacks, then by events; without any the order of the file. */
    static final Comparator<Rule> BY_ATTENTION = Comparator.comparingLong(
                    (Rule rule) -> rule.figures().deadLetters())
            .thenComparingLong(rule -> rule.figures().differing())
            .thenComparingLong(rule -> rule.figures().fallbacks())
            .thenComparingLong(rule -> rule.figures().events())
            .reversed()
            .thenComparing(Rule::line, Comparator.nullsLast(Comparator.naturalOrder()));

    private final Clock clock = Clock.systemUTC();
    private final long started = clock.millis();
    private final CamelContext context;
    private final DedupParts parts;
    private final Monitor monitor;
    private final Activity activity;
    private final String version;
    private final QueueDepths depths;

    Report(CamelContext context, DedupParts parts, Monitor monitor, Activity activity, String version) {
        this.context = context;
        this.parts = parts;
        this.monitor = monitor;
        this.activity = activity;
        this.version = version;
        this.depths = new QueueDepths(() -> queues(monitor.pipelines()), monitor::depth, clock);
    }

    /** Of each pipeline those that it uses. */
    private static List<QueueDepths.Queue> queues(List<QueuePipeline> pipelines) {
        List<QueueDepths.Queue> queues = new ArrayList<>();
        for (QueuePipeline pipeline : pipelines) {
            queues.add(new QueueDepths.Queue(pipeline.id(), "input", pipeline.inputQueue(), null));
            if (pipeline.sendsToOutput()) {
                queues.add(new QueueDepths.Queue(pipeline.id(), "output", pipeline.outputQueue(), null));
            }
            queues.add(new QueueDepths.Queue(pipeline.id(), "dead letters", pipeline.deadLetterQueue(), null));
        }
        return queues;
    }

    /**
     * How the process does.
     *
     * @param problem why nothing is polled, by the process or by one of its pipelines; null while all of them poll
     * @param since when that pipeline stopped polling; null also while the process waits for AWS at its start
     * @param nextLook when that pipeline looks next whether it may poll
     * @param observing whether copies are forwarded too, marked
     * @param lastWait of the message that was finished last
     * @param pipelines those that run
     */
    record State(
            String version,
            long started,
            long now,
            String problem,
            Instant since,
            Instant nextLook,
            boolean observing,
            Activity.Wait lastWait,
            Long pendingConfirms,
            Long lostLeases,
            List<Pipeline> pipelines) {}

    /**
     * How one pipeline does.
     *
     * @param id its route's
     * @param stop why it polls nothing; null while it polls
     * @param unavailable its steps that are unavailable
     * @param waiting messages that were given back until something is available again
     */
    record Pipeline(String id, Gate.Stop stop, List<Steps.Outage> unavailable, int waiting) {}

    State state() {
        List<Pipeline> pipelines = new ArrayList<>();
        for (QueuePipeline running : monitor.pipelines()) {
            Gate.Stop stop = running.stopped().orElse(null);
            pipelines.add(new Pipeline(running.id(), stop, running.steps().outages(), running.waiting()));
        }
        Optional<Gate.Stop> stop =
                pipelines.stream().map(Pipeline::stop).filter(Objects::nonNull).findFirst();
        return new State(
                version,
                started,
                clock.millis(),
                monitor.problem().orElse(null),
                stop.map(Gate.Stop::since).orElse(null),
                stop.map(Gate.Stop::nextLook).orElse(null),
                parts.settings().observes(),
                activity.lastWait().orElse(null),
                meter(DedupMeter.CONFIRM_PENDING),
                meter(DedupMeter.LEASE_LOST),
                pipelines);
    }

    private Long meter(DedupMeter wanted) {
        MeterRegistry meters = context.getRegistry().findSingleByType(MeterRegistry.class);
        return meters == null
                ? null
                : (Long) (long) meters.find(wanted.id()).meters().stream()
                        .flatMap(meter -> StreamSupport.stream(meter.measure().spliterator(), false))
                        .mapToDouble(Measurement::getValue)
                        .sum();
    }

    QueueDepths.Answer queues() {
        return depths.get();
    }

    /**
     * One rule in one pipeline.
     *
     * @param line its line in the rule file; null of what no rule has, such as bodies that are no events
     */
    record Rule(String pipeline, String rule, Integer line, Figures figures) {}

    /**
     * The rules, sorted by what wants attention.
     *
     * @param file where they are from
     */
    record Rules(String file, List<Rule> rules) {}

    Rules rules() {
        Map<String, Integer> lines = ruleTexts().stream().collect(toMap(KeyRules.Source::rule, KeyRules.Source::line));
        Instant now = clock.instant();
        return new Rules(
                KeyRules.location(parts.settings().keys()),
                monitor.counts().stream()
                        .map(of -> new Rule(of.pipeline(), of.rule(), lines.get(of.rule()), of.figures(now)))
                        .filter(rule -> rule.line() != null || rule.figures().lastSeen() > 0)
                        .sorted(BY_ATTENTION)
                        .toList());
    }

    /** The rules as people wrote them. */
    List<KeyRules.Source> ruleTexts() {
        return parts.rules().sources();
    }

    List<Activity.Decision> recent() {
        return activity.recent();
    }

    /**
     * Dead letters for one reason.
     *
     * @param command what puts them back; null where the reason is not known
     */
    record DeadLetters(String reason, long count, String command) {}

    List<DeadLetters> deadLetters() {
        return activity.deadLetters().entrySet().stream()
                .map(entry -> new DeadLetters(entry.getKey(), entry.getValue(), command(entry.getKey())))
                .sorted(Comparator.comparingLong(DeadLetters::count).reversed())
                .toList();
    }

    private static String command(String reason) {
        return reason.equals(BoundedNames.OTHER) ? null : "java -jar target/event-dedup.jar redrive --reason " + reason;
    }
}
