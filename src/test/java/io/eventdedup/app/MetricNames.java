package io.eventdedup.app;

import io.eventdedup.route.DedupMeter;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The metrics as Prometheus sees them. Dashboards and alarms of users rely on these names. */
final class MetricNames {

    static final Set<String> ALL = Arrays.stream(DedupMeter.values())
            .flatMap(meter -> of(meter).stream())
            .collect(Collectors.toCollection(TreeSet::new));

    private MetricNames() {}

    /** The names of one meter. */
    static Set<String> of(DedupMeter meter) {
        String name = meter.id().replace('.', '_');
        return switch (meter.kind()) {
            case COUNTER -> Set.of(name + "_total");
            case GAUGE -> Set.of(name);
            case SECONDS -> Set.of(name + "_seconds");
            case TIMER -> suffixed(name, "count", "sum", "max");
            case HISTOGRAM -> suffixed(name, "count", "sum", "max", "bucket");
        };
    }

    private static Set<String> suffixed(String name, String... suffixes) {
        return Stream.of(suffixes).map(suffix -> name + "_seconds_" + suffix).collect(Collectors.toSet());
    }
}
