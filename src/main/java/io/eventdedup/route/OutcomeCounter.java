package io.eventdedup.route;

import io.eventdedup.key.EventKeyProcessor;
import io.eventdedup.sqs.Delivery;
import io.eventdedup.sqs.Outcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.Processor;
import org.apache.camel.support.SynchronizationAdapter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts what becomes of each event. As the first step of an event it waits for the end of the exchange, then adds to the
 * counter {@code dedup.events}, tagged with outcome and rule, and writes one line at DEBUG. An event that is settled with a
 * key of its rule's fall-back is counted in {@code dedup.key.fallback} as well, tagged with the rule.
 *
 * <p>Both tags are bounded: the outcomes are an enumeration, and the rules are those of the rule file.
 */
public final class OutcomeCounter implements Processor {

    /** The counter of events. */
    public static final String EVENTS = "dedup.events";

    /** The counter of events whose key is made of more than their rule names, since a part of it was missing. */
    public static final String KEY_FALLBACK = "dedup.key.fallback";

    private static final Logger LOG = LoggerFactory.getLogger(OutcomeCounter.class);
    private static final int KEY_PREFIX = 8;

    private final Map<Outcome, LongAdder> totals =
            Stream.of(Outcome.values()).collect(Collectors.toMap(outcome -> outcome, outcome -> new LongAdder()));
    private final Map<Series, Counter> events = new ConcurrentHashMap<>();
    private final Map<String, Counter> fallbacksByRule = new ConcurrentHashMap<>();

    /** The tags of one counter of events. */
    private record Series(Outcome outcome, String rule) {
        Tags tags() {
            return Tags.of("outcome", outcome.label(), "rule", rule);
        }
    }

    @Override
    public void process(Exchange exchange) {
        long begin = System.nanoTime();
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onDone(Exchange finished) {
                Outcome.of(finished)
                        .filter(outcome -> isNew(finished, outcome))
                        .ifPresent(outcome -> count(finished, outcome, begin));
            }
        });
    }

    /** Events with this outcome since the start. */
    public long total(Outcome outcome) {
        return totals.get(outcome).sum();
    }

    /** A settled event of a message that went back for the sake of another is not a duplicate when it returns. */
    private static boolean isNew(Exchange finished, Outcome outcome) {
        if (outcome != Outcome.FORWARDED && outcome != Outcome.DUPLICATE) {
            return true;
        }
        Delivery delivery = finished.getProperty(Delivery.PROPERTY, Delivery.class);
        int index = finished.getProperty(ExchangePropertyKey.SPLIT_INDEX, 0, int.class);
        return delivery == null || delivery.settle(index) || outcome == Outcome.FORWARDED;
    }

    private void count(Exchange finished, Outcome outcome, long begin) {
        String rule = Outcome.rule(finished);
        totals.get(outcome).increment();
        CamelContext context = finished.getContext();
        increment(events.computeIfAbsent(new Series(outcome, rule), series -> counter(context, EVENTS, series.tags())));
        if (outcome != Outcome.RETURNED && finished.getProperty(EventKeyProcessor.KEY_FALLBACK, false, boolean.class)) {
            increment(fallbacksByRule.computeIfAbsent(
                    rule, name -> counter(context, KEY_FALLBACK, Tags.of("rule", name))));
        }
        if (LOG.isDebugEnabled()) {
            String key = finished.getProperty(EventKeyProcessor.KEY, "none", String.class);
            LOG.debug(
                    "{} {} {} {} ms",
                    key.substring(0, Math.min(KEY_PREFIX, key.length())),
                    rule,
                    outcome.label(),
                    TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
        }
    }

    /** Null where the estate has no metrics. */
    private static Counter counter(CamelContext context, String name, Tags tags) {
        MeterRegistry registry = context.getRegistry().findSingleByType(MeterRegistry.class);
        return registry == null ? null : registry.counter(name, tags);
    }

    private static void increment(Counter counter) {
        if (counter != null) {
            counter.increment();
        }
    }
}
