package io.eventdedup.route;

import static java.time.Duration.ofDays;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;

import io.eventdedup.event.Copy;
import io.eventdedup.event.EventInFlight;
import io.eventdedup.event.Outcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * The route's meters in a Micrometer registry; with {@code Monitor.Meters} the only class of the route that needs Micrometer
 * on the class path. All tags are bounded: by enumerations, by the rule file, and the fields by {@link Differences}.
 */
final class RouteMeters {

    private static final Duration[] GAPS = {
        ofSeconds(1), ofMinutes(1), ofMinutes(5), ofHours(1), ofDays(1), ofDays(4), ofDays(10)
    };
    private static final Duration[] AGES = {
        ofSeconds(2), ofSeconds(10), ofMinutes(1), ofMinutes(10), ofHours(1), ofHours(6), ofDays(1)
    };

    private final MeterRegistry registry;

    /** Made once: finding a meter in the registry by its tags costs more than counting. */
    private final Map<Series, Counter> counters = new ConcurrentHashMap<>();

    private final Map<Series, Timer> timers = new ConcurrentHashMap<>();

    private final Gauge gate;
    private final MultiGauge windows;
    private final Timer age;

    /** A meter with the values of its tags. */
    private record Series(DedupMeter meter, List<String> values) {

        private Tags tags() {
            Tags tags = Tags.empty();
            for (int i = 0; i < values.size(); i++) {
                tags = tags.and(meter.tags().get(i), values.get(i));
            }
            return tags;
        }
    }

    /** Registers what no rule is needed for. */
    RouteMeters(MeterRegistry registry, BooleanSupplier gateClosed) {
        this.registry = registry;
        gate = Gauge.builder(DedupMeter.GATE_CLOSED.id(), () -> gateClosed.getAsBoolean() ? 1 : 0)
                .description(DedupMeter.GATE_CLOSED.meaning())
                .register(registry);
        windows = MultiGauge.builder(DedupMeter.RULE_WINDOW.id())
                .description(DedupMeter.RULE_WINDOW.meaning())
                .baseUnit("seconds")
                .register(registry);
        age = timer(DedupMeter.EVENT_AGE, AGES);
    }

    /** Lets every series of these rules begin at 0, so that the first of anything is an increase. */
    void expect(Map<String, Duration> windowByRule) {
        windows.register(
                windowByRule.entrySet().stream()
                        .map(rule -> MultiGauge.Row.of(
                                Tags.of("rule", rule.getKey()), rule.getValue().toSeconds()))
                        .toList(),
                true);
        Stream.concat(windowByRule.keySet().stream(), Stream.of(EventInFlight.NO_RULE))
                .forEach(rule -> {
                    for (Outcome outcome : Outcome.values()) {
                        counter(DedupMeter.EVENTS, outcome.label(), rule);
                    }
                });
        windowByRule.keySet().forEach(rule -> {
            counter(DedupMeter.KEY_FALLBACK, rule);
            for (Copy.Content content : Copy.Content.values()) {
                counter(DedupMeter.COPIES, rule, content.label());
            }
            counter(DedupMeter.COPIES_DIFFERENCE, rule, BoundedNames.OTHER);
            timer(DedupMeter.COPY_GAP, GAPS, rule);
        });
    }

    /** Removes the gauges, which would show this context to the one after it; counters go on where they are. */
    void close() {
        registry.remove(gate);
        windows.register(List.of(), true);
    }

    void ended(Outcome outcome, String rule) {
        counter(DedupMeter.EVENTS, outcome.label(), rule).increment();
    }

    void fallback(String rule) {
        counter(DedupMeter.KEY_FALLBACK, rule).increment();
    }

    /** @param fields where it differs, their number bounded */
    void copy(String rule, Copy copy, List<String> fields) {
        counter(DedupMeter.COPIES, rule, copy.content().label()).increment();
        fields.forEach(
                field -> counter(DedupMeter.COPIES_DIFFERENCE, rule, field).increment());
        copy.gap().ifPresent(timer(DedupMeter.COPY_GAP, GAPS, rule)::record);
    }

    void forwarded(Duration afterItsTime) {
        age.record(afterItsTime);
    }

    private Counter counter(DedupMeter meter, String... values) {
        return counters.computeIfAbsent(new Series(meter, List.of(values)), series -> Counter.builder(meter.id())
                .description(meter.meaning())
                .tags(series.tags())
                .register(registry));
    }

    private Timer timer(DedupMeter meter, Duration[] buckets, String... values) {
        return timers.computeIfAbsent(new Series(meter, List.of(values)), series -> Timer.builder(meter.id())
                .description(meter.meaning())
                .serviceLevelObjectives(buckets)
                .tags(series.tags())
                .register(registry));
    }
}
