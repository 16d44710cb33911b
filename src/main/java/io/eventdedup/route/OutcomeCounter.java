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

/** Counts what becomes of each event, by pipeline and rule. Log, page and meters show these counts. Thread-safe. */
final class OutcomeCounter implements EventListener {

    /** By pipeline and rule. */
    private final Map<List<String>, RuleCounts> counts = new ConcurrentHashMap<>();

    private final Set<String> pipelines = ConcurrentHashMap.newKeySet();
    private final Clock clock;
    private final Supplier<Map<String, Duration>> windowByRule;

    /** @param windowByRule of the rules in force */
    OutcomeCounter(Clock clock, Supplier<Map<String, Duration>> windowByRule) {
        this.clock = clock;
        this.windowByRule = windowByRule;
    }

    /** A pipeline is there. */
    void expect(String pipeline) {
        pipelines.add(pipeline);
    }

    /** The windows of the rules in force. */
    Map<String, Duration> windows() {
        return windowByRule.get();
    }

    /**
     * The counts of all rules in all pipelines. Those of the rules in force, and of what no rule has, are there before their first
     * event, at 0.
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

    /** Events with this outcome since the start. */
    long total(Outcome outcome) {
        return counts.values().stream()
                .mapToLong(ofRule -> ofRule.count(outcome))
                .sum();
    }
}
