package io.eventdedup.route;

import static java.time.Duration.ofDays;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;

import io.eventdedup.event.Copy;
import io.eventdedup.event.EventInFlight;
import io.eventdedup.event.EventListener;
import io.eventdedup.event.Outcome;
import io.eventdedup.event.Steps;
import io.eventdedup.key.EventKey;
import io.eventdedup.sqs.DedupSqsComponent;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.ToDoubleFunction;
import org.apache.camel.CamelContext;

/**
 * The meters of the pipelines in a Micrometer registry. Only this class of the package needs Micrometer on the class path. The number of
 * values of each label is bounded: by an enumeration, the rule file, the route, or for fields by {@link RuleCounts}.
 */
final class RouteMeters implements EventListener {

    private static final String ANY_STEP = "any";

    private static final Duration[] GAPS = {
        ofSeconds(1), ofMinutes(1), ofMinutes(5), ofHours(1), ofDays(1), ofDays(4), ofDays(10)
    };
    private static final Duration[] AGES = {
        ofSeconds(2), ofSeconds(10), ofMinutes(1), ofMinutes(10), ofHours(1), ofHours(6), ofDays(1)
    };

    /** 292 years: a timer counts nanoseconds in a long. */
    private static final Duration MAX_TIME = Duration.ofNanos(Long.MAX_VALUE);

    private final MeterRegistry registry;
    private final OutcomeCounter outcomes;
    private final Monitor monitor;
    private final MultiGauge windows;
    private final List<Gauge> gauges = new CopyOnWriteArrayList<>();

    /** What is registered already; asking the registry is slower. */
    private final Set<Object> known = ConcurrentHashMap.newKeySet();

    private final Map<String, Timer> ages = new ConcurrentHashMap<>();
    private final Map<RuleCounts, Timer> gaps = new ConcurrentHashMap<>();

    /**
     * The meters in the meter registry of the context, if it has one.
     *
     * @param outcomes must count an event before this listener is called
     * @param monitor knows what is unavailable
     */
    static Optional<RouteMeters> in(CamelContext context, OutcomeCounter outcomes, Monitor monitor) {
        return Optional.ofNullable(context.getRegistry().findSingleByType(MeterRegistry.class))
                .map(registry -> new RouteMeters(registry, outcomes, monitor));
    }

    private RouteMeters(MeterRegistry registry, OutcomeCounter outcomes, Monitor monitor) {
        this.registry = registry;
        this.outcomes = outcomes;
        this.monitor = monitor;
        windows = MultiGauge.builder(DedupMeter.RULE_WINDOW.id())
                .description(DedupMeter.RULE_WINDOW.meaning())
                .baseUnit("seconds")
                .register(registry);
    }

    /** Creates every series of every pipeline and rule at 0, so that the first occurrence is an increase. */
    void expectAll() {
        windows.register(
                outcomes.windows().entrySet().stream()
                        .map(rule -> MultiGauge.Row.of(
                                Tags.of("rule", rule.getKey()), rule.getValue().toSeconds()))
                        .toList(),
                true);
        outcomes.all().forEach(this::show);
        Tags fewer = Tags.of("then", "fewer_attributes");
        counter(DedupMeter.SENDS_REFUSED, fewer, monitor.component(), DedupSqsComponent::sentWithFewerAttributes);
        counter(DedupMeter.SENDS_REFUSED, Tags.of("then", "not_sent"), monitor.component(), DedupSqsComponent::notSent);
    }

    @Override
    public void ended(EventInFlight event, Outcome outcome) {
        String pipeline = event.delivery().pipeline().id();
        RuleCounts counts = outcomes.of(event);
        show(counts);
        if (outcome.isCopy()) {
            counts.fields().keySet().forEach(field -> field(counts, field));
            event.copy().flatMap(Copy::gap).ifPresent(gap -> record(gap(counts), gap));
        }
        if (outcome == Outcome.FORWARDED) {
            Optional<Instant> time = event.key().flatMap(EventKey::time);
            time.ifPresent(at -> record(age(pipeline), Duration.between(at, Instant.now())));
        }
        for (Steps.Outage outage : event.delivery().pipeline().steps().outages()) {
            String step = outage.step();
            Tags tags = Tags.of("pipeline", pipeline, "step", step);
            gauge(DedupMeter.STEP_UNAVAILABLE, tags, () -> outages(pipeline).contains(step));
        }
    }

    /** The unavailable steps of a pipeline; none if it is not running. */
    private List<String> outages(String pipeline) {
        return monitor.pipelines().stream()
                .filter(running -> running.id().equals(pipeline))
                .flatMap(running -> running.steps().outages().stream())
                .map(Steps.Outage::step)
                .toList();
    }

    /** Ignores times that a timer cannot hold, because an envelope or a row may contain any time. */
    private static void record(Timer timer, Duration time) {
        if (!time.isNegative() && time.compareTo(MAX_TIME) <= 0) {
            timer.record(time);
        }
    }

    private void show(RuleCounts counts) {
        if (!known.add(counts)) {
            return;
        }
        for (Outcome outcome : Outcome.values()) {
            counter(DedupMeter.EVENTS, tags(counts).and("outcome", outcome.label()), counts, of -> of.count(outcome));
        }
        if (counts.rule().equals(EventInFlight.NO_RULE)) {
            showPipeline(counts.pipeline());
            return;
        }
        for (Copy.Content content : Copy.Content.values()) {
            counter(DedupMeter.COPIES, tags(counts).and("content", content.label()), counts, of -> of.copies(content));
        }
        counter(DedupMeter.KEY_FALLBACK, tags(counts), counts, RuleCounts::fallbacks);
        field(counts, BoundedNames.OTHER);
        gap(counts);
    }

    private void showPipeline(String pipeline) {
        Tags tags = Tags.of("pipeline", pipeline);
        gauge(DedupMeter.GATE_CLOSED, tags, () -> monitor.isStopped(pipeline));
        gauge(DedupMeter.STEP_UNAVAILABLE, tags.and("step", ANY_STEP), () -> !outages(pipeline)
                .isEmpty());
        age(pipeline);
    }

    private void field(RuleCounts counts, String field) {
        counter(DedupMeter.COPIES_DIFFERENCE, tags(counts).and("field", field), counts, of -> of.differing(field));
    }

    /** Registers a counter, and replaces that of an earlier context with the same tags. */
    private <T> void counter(DedupMeter meter, Tags tags, T counts, ToDoubleFunction<T> count) {
        Meter.Id id = new Meter.Id(meter.id(), tags, null, null, Meter.Type.COUNTER);
        if (known.add(id)) {
            registry.removeByPreFilterId(id);
            FunctionCounter.builder(meter.id(), counts, count)
                    .description(meter.meaning())
                    .tags(tags)
                    .register(registry);
        }
    }

    private static Tags tags(RuleCounts counts) {
        return Tags.of("pipeline", counts.pipeline(), "rule", counts.rule());
    }

    private void gauge(DedupMeter meter, Tags tags, BooleanSupplier is) {
        if (known.add(List.of(meter, tags))) {
            gauges.add(Gauge.builder(meter.id(), () -> is.getAsBoolean() ? 1 : 0)
                    .description(meter.meaning())
                    .tags(tags)
                    .register(registry));
        }
    }

    private Timer age(String pipeline) {
        return ages.computeIfAbsent(pipeline, key -> timer(DedupMeter.EVENT_AGE, Tags.of("pipeline", pipeline), AGES));
    }

    private Timer gap(RuleCounts counts) {
        return gaps.computeIfAbsent(counts, key -> timer(DedupMeter.COPY_GAP, tags(counts), GAPS));
    }

    private Timer timer(DedupMeter meter, Tags tags, Duration[] buckets) {
        return Timer.builder(meter.id())
                .description(meter.meaning())
                .serviceLevelObjectives(buckets)
                .tags(tags)
                .register(registry);
    }

    /** Removes the gauges, which would otherwise show this context after it has ended; counters and timers stay. */
    void close() {
        gauges.forEach(registry::remove);
        windows.register(List.of(), true);
    }
}
