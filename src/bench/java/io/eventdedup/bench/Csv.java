package io.eventdedup.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Every single measurement, for those who want to calculate for themselves. */
final class Csv {

    private Csv() {}

    /** A line for each measurement, with a column for each operation, in requests. */
    static List<String> lines(Results results) {
        TreeSet<String> names = new TreeSet<>();
        results.measurements().forEach(one -> names.addAll(one.counts().byName().keySet()));
        List<String> lines = new ArrayList<>();
        lines.add("variant,workers,workload,round,events,forwarded,timed_events,seconds,cpu_seconds,"
                + "emulator_cpu_seconds,peak_heap_bytes"
                + names.stream().map(name -> "," + name.replace("#", "")).collect(Collectors.joining()));
        for (Measurement one : results.measurements()) {
            lines.add(String.format(
                            Locale.ROOT,
                            "%s,%d,%s,%d,%d,%d,%d,%.4f,%.4f,%.4f,%d",
                            one.variant().letter(),
                            one.workers(),
                            one.workload(),
                            one.round(),
                            one.events(),
                            one.forwarded(),
                            one.timedEvents(),
                            one.seconds(),
                            one.cpuNanos() / 1e9,
                            one.emulatorNanos() / 1e9,
                            one.peakHeap())
                    + names.stream().map(name -> "," + one.counts().of(name)).collect(Collectors.joining()));
        }
        return lines;
    }
}
