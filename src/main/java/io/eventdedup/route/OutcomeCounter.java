package io.eventdedup.route;

import io.eventdedup.event.Copy;
import io.eventdedup.event.EventInFlight;
import io.eventdedup.event.EventListener;
import io.eventdedup.event.Outcome;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** Counts the outcomes of events by pipeline and rule, for log, page and meters. Thread-safe. */
final class OutcomeCounter implements EventListener {

    /** By pipeline and rule. */
    private final Map<List<String>, RuleCounts> counts = new ConcurrentHashMap<>();

    private final Set<String> pipelines = ConcurrentHashMap.newKeySet();
    private final Clock clock;
    private final Supplier<Map<String, Duration>> windowByRule;

    /** @param windowByRule the windows of the current rules */
    OutcomeCounter(Clock clock, Supplier<Map<String, Duration>> windowByRule) {
        this.clock = clock;
        this.windowByRule = windowByRule;
    }

    /** Adds a pipeline, whose counts start at 0. */
    void expect(String pipeline) {
        pipelines.add(pipeline);
    }

    /** The windows of the current rules. */
    Map<String, Duration> windows() {
        return windowByRule.get();
    }

    /**
     * The counts of all rules in all pipelines. For the current rules, and for events without a rule, they exist before the first event, at
     * 0.
     */
    List<RuleCounts> all() {
        windows().keySet().forEach(rule -> pipelines.forEach(pipeline -> of(pipeline, rule)));
        pipelines.forEach(pipeline -> of(pipeline, EventInFlight.NO_RULE));
        return List.copyOf(counts.values());
    }

    /** The counts of an event's rule. */
    RuleCounts of(EventInFlight event) {
        return of(event.delivery().pipeline().id(), event.rule());
    }

    private RuleCounts of(String pipeline, String rule) {
        return counts.computeIfAbsent(List.of(pipeline, rule), key -> new RuleCounts(pipeline, rule));
    }

    @Override
    public void ended(EventInFlight event, Outcome outcome) {
        Optional<Copy> copy = outcome.isCopy() ? event.copy().or(() -> Optional.of(Copy.UNKNOWN)) : Optional.empty();
        of(event).count(event, outcome, copy, clock.instant());
    }

    /** The number of events with this outcome since the start. */
    long total(Outcome outcome) {
        return counts.values().stream()
                .mapToLong(ofRule -> ofRule.count(outcome))
                .sum();
    }
}
