package io.eventdedup.route;

import io.eventdedup.sqs.EventInFlight;
import io.eventdedup.sqs.EventListener;
import io.eventdedup.sqs.Outcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts what becomes of each event: in the counter {@code dedup.events}, tagged with outcome and rule, and in one line at
 * DEBUG. An event that is settled with a key of its rule's fallback is counted in {@code dedup.key.fallback} as well.
 *
 * <p>Both tags are bounded: the outcomes are an enumeration, and the rules are those of the rule file. Nothing but the log and
 * the totals where Micrometer is not on the class path, or the context has no registry of meters.
 */
final class OutcomeCounter implements EventListener {

    static final String EVENTS = "dedup.events";
    static final String KEY_FALLBACK = "dedup.key.fallback";

    private static final Logger LOG = LoggerFactory.getLogger(OutcomeCounter.class);

    private final Map<Outcome, LongAdder> totals =
            Stream.of(Outcome.values()).collect(Collectors.toMap(outcome -> outcome, outcome -> new LongAdder()));
    private final Optional<Meters> meters;
    private volatile EventListener also = EventListener.NONE;

    /** @param registry where the meters are, looked up at the first event; empty where Micrometer is not there */
    OutcomeCounter(Optional<Meters> meters) {
        this.meters = meters;
    }

    @Override
    public void ended(EventInFlight event, Outcome outcome) {
        totals.get(outcome).increment();
        String rule = event.rule();
        boolean fallback = outcome != Outcome.RETURNED
                && event.identity().map(EventInFlight.Identity::fallback).orElse(false);
        meters.ifPresent(meter -> meter.count(outcome, rule, fallback));
        also.ended(event, outcome);
        if (LOG.isDebugEnabled()) {
            LOG.debug(
                    "{} {} {} {} ms",
                    event.shortKey(),
                    rule,
                    outcome.label(),
                    TimeUnit.NANOSECONDS.toMillis(event.nanos()));
        }
    }

    void tellAlso(EventListener listener) {
        also = listener;
    }

    /** Events with this outcome since the start. */
    long total(Outcome outcome) {
        return totals.get(outcome).sum();
    }

    /** The counters in a Micrometer registry. Apart, since Micrometer need not be on the class path. */
    static final class Meters {

        private final Supplier<MeterRegistry> registry;
        private final Map<Tags, Counter> events = new ConcurrentHashMap<>();
        private final Map<String, Counter> fallbacks = new ConcurrentHashMap<>();

        /** @param registry the registry, or null if the context has none */
        Meters(Supplier<MeterRegistry> registry) {
            this.registry = registry;
        }

        private void count(Outcome outcome, String rule, boolean fallback) {
            MeterRegistry meters = registry.get();
            if (meters == null) {
                return;
            }
            events.computeIfAbsent(
                            Tags.of("outcome", outcome.label(), "rule", rule), tags -> meters.counter(EVENTS, tags))
                    .increment();
            if (fallback) {
                fallbacks
                        .computeIfAbsent(rule, name -> meters.counter(KEY_FALLBACK, Tags.of("rule", name)))
                        .increment();
            }
        }
    }
}
