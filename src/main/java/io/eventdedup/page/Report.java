package io.eventdedup.page;

import io.eventdedup.key.KeyRules;
import io.eventdedup.page.RuleActivity.Figures;
import io.eventdedup.route.BoundedNames;
import io.eventdedup.route.DedupMeter;
import io.eventdedup.route.DedupParts;
import io.eventdedup.route.Monitor;
import io.eventdedup.route.Settings;
import io.eventdedup.sqs.Gate;
import io.micrometer.core.instrument.Measurement;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.apache.camel.CamelContext;

/** What the page shows, as records that become its JSON. All times are epoch milliseconds; what is not known is null. */
final class Report {

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
        Settings settings = parts.settings();
        this.depths = new QueueDepths(
                List.of(settings.inputQueue(), settings.outputQueue(), settings.deadLetterQueue()),
                monitor::depth,
                clock);
    }

    /**
     * How the process does.
     *
     * @param problem why nothing is polled; null while polling goes on
     * @param since when polling stopped; null also while the process waits for AWS at its start
     * @param observing whether copies are forwarded too, marked
     * @param lastWait of the message that was finished last
     */
    record State(
            String version,
            long started,
            long now,
            String problem,
            Long since,
            Long nextLook,
            boolean observing,
            Activity.Wait lastWait,
            Long pendingConfirms,
            Long lostLeases) {}

    State state() {
        Optional<Gate.Stop> stop = monitor.gateStop();
        return new State(
                version,
                started,
                clock.millis(),
                monitor.problem().orElse(null),
                stop.map(Gate.Stop::since).map(Instant::toEpochMilli).orElse(null),
                stop.map(Gate.Stop::nextLook).map(Instant::toEpochMilli).orElse(null),
                parts.settings().observes(),
                activity.lastWait().orElse(null),
                meter(DedupMeter.CONFIRM_PENDING),
                meter(DedupMeter.LEASE_LOST));
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
     * One rule.
     *
     * @param line its line in the rule file; null of what no rule has, such as bodies that are no events
     */
    record Rule(String rule, Integer line, Figures figures) {}

    /**
     * The rules, sorted by what wants attention.
     *
     * @param file where they are from
     */
    record Rules(String file, List<Rule> rules) {}

    Rules rules() {
        return new Rules(KeyRules.location(parts.settings().keys()), sorted(ruleTexts(), activity.rules()));
    }

    /** The rules as people wrote them. */
    List<KeyRules.Source> ruleTexts() {
        return parts.rules().sources();
    }

    /** Dead letters first, then copies that differ, then fallbacks, then by events; without any the order of the file. */
    static List<Rule> sorted(List<KeyRules.Source> sources, Map<String, Figures> figures) {
        List<Rule> rules = new ArrayList<>();
        for (KeyRules.Source source : sources) {
            Figures seen = figures.getOrDefault(source.rule(), Figures.NONE);
            rules.add(new Rule(source.rule(), source.line(), seen));
        }
        List<String> inFile = sources.stream().map(KeyRules.Source::rule).toList();
        figures.forEach((rule, seen) -> {
            if (!inFile.contains(rule)) {
                rules.add(new Rule(rule, null, seen));
            }
        });
        rules.sort(Comparator.comparingLong((Rule rule) -> rule.figures().deadLetters())
                .thenComparingLong(rule -> rule.figures().differing())
                .thenComparingLong(rule -> rule.figures().fallbacks())
                .thenComparingLong(rule -> rule.figures().events())
                .reversed());
        return rules;
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
