package io.eventdedup.app;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.TreeMap;

/** What the meters of a replica say. */
public final class Counted {

    private Counted() {}

    /** The events by outcome, without those outcomes that no event had. */
    public static Map<String, Long> events(DedupApplication replica) {
        Map<String, Long> events = new TreeMap<>();
        for (FunctionCounter counter : meters(replica).find("dedup.events").functionCounters()) {
            if (counter.count() > 0) {
                events.merge(counter.getId().getTag("outcome"), (long) counter.count(), Long::sum);
            }
        }
        return events;
    }

    /** How many events had this outcome. */
    public static long events(DedupApplication replica, String outcome) {
        return events(replica).getOrDefault(outcome, 0L);
    }

    /** Whether polling is stopped. */
    public static boolean isGateClosed(DedupApplication replica) {
        Gauge gate = meters(replica).find("dedup.gate.closed").gauge();
        return gate.value() == 1;
    }

    /** The registry in which the replica has its meters. */
    public static MeterRegistry meters(DedupApplication replica) {
        return replica.camelContext().getRegistry().findSingleByType(MeterRegistry.class);
    }
}
