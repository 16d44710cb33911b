package io.eventdedup.route;

import io.eventdedup.event.Copy;
import io.eventdedup.event.EventInFlight;
import io.eventdedup.event.EventListener;
import io.eventdedup.event.Outcome;
import io.eventdedup.key.EventKey;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Counts what becomes of each event: in totals, and once it is given meters, in these. */
final class OutcomeCounter implements EventListener {

    private final Map<Outcome, LongAdder> totals =
            Stream.of(Outcome.values()).collect(Collectors.toMap(outcome -> outcome, outcome -> new LongAdder()));
    private final Clock clock;
    private final Supplier<Map<String, Duration>> windowByRule;
    private final Differences differences;
    private volatile Optional<RouteMeters> meters = Optional.empty();

    /**
     * @param windowByRule of the rules in force
     * @param differences notes the copies that differ
     */
    OutcomeCounter(Clock clock, Supplier<Map<String, Duration>> windowByRule, Differences differences) {
        this.clock = clock;
        this.windowByRule = windowByRule;
        this.differences = differences;
    }

    void countIn(RouteMeters found) {
        meters = Optional.of(found);
        rulesChanged();
    }

    boolean isCountedInMeters() {
        return meters.isPresent();
    }

    /** Gives back what only one can register. */
    void endMeters() {
        meters.ifPresent(RouteMeters::close);
        meters = Optional.empty();
    }

    /** Other rules are in force. */
    void rulesChanged() {
        meters.ifPresent(meter -> meter.expect(windowByRule.get()));
    }

    @Override
    public void ended(EventInFlight event, Outcome outcome) {
        totals.get(outcome).increment();
        String rule = event.rule();
        meters.ifPresent(meter -> {
            meter.ended(outcome, rule);
            event.key().ifPresent(known -> count(meter, known, outcome));
        });
        if (outcome.isCopy()) {
            compared(event, event.copy().orElse(Copy.UNKNOWN));
        }
    }

    private void count(RouteMeters meter, EventKey known, Outcome outcome) {
        if (known.fallback() && outcome != Outcome.RETURNED) {
            meter.fallback(known.rule());
        }
        if (outcome == Outcome.FORWARDED) {
            known.time().ifPresent(time -> meter.forwarded(Duration.between(time, clock.instant())));
        }
    }

    private void compared(EventInFlight event, Copy copy) {
        List<String> fields = copy.content() == Copy.Content.DIFFERS ? differences.note(event, copy) : List.of();
        meters.ifPresent(meter -> meter.copy(event.rule(), copy, fields));
    }

    /** Events with this outcome since the start. */
    long total(Outcome outcome) {
        return totals.get(outcome).sum();
    }
}
