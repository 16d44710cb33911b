package io.eventdedup.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The results as lines of text, in Markdown so that they can be pasted. */
final class Table {

    private Table() {}

    static List<String> lines(Results results) {
        List<String> lines = new ArrayList<>();
        String workload = "";
        for (Map.Entry<Results.Cell, List<Measurement>> entry : results.cells().entrySet()) {
            if (!entry.getKey().workload().equals(workload)) {
                workload = entry.getKey().workload();
                lines.addAll(List.of("", "**" + workload + "**", "", HEAD, RULER));
            }
            lines.add(row(entry.getKey(), entry.getValue()));
        }
        if (!results.latencies().isEmpty()) {
            lines.addAll(List.of(
                    "",
                    "**20 events/s, milliseconds from sending to arrival**",
                    "",
                    "| | p50 | p99 |",
                    "|---|--:|--:|"));
            results.latencies()
                    .forEach((variant, milliseconds) -> lines.add(format(
                            "| %s %s | %.1f | %.1f |",
                            variant.letter(),
                            variant.title(),
                            Statistics.percentile(milliseconds, 50),
                            Statistics.percentile(milliseconds, 99))));
        }
        lines.add("");
        return lines;
    }

    private static final String HEAD = "| | workers | events/s | spread | CPU µs/event | emulators'"
            + " | requests/event | write units | read units | forwarded | peak heap MB | requests by operation |";

    private static final String RULER = "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|---|";

    private static String row(Results.Cell cell, List<Measurement> rounds) {
        Statistics rate = Results.statistics(rounds, Measurement::eventsPerSecond);
        return format(
                "| %s %s | %d | %,.0f | %.0f %% | %,.0f | %,.0f | %.2f | %.2f | %.2f | %,.0f of %,d | %.0f | %s |",
                cell.variant().letter(),
                cell.variant().title(),
                cell.workers(),
                rate.median(),
                rate.spreadPercent(),
                Results.statistics(rounds, Measurement::cpuMicrosPerEvent).median(),
                Results.statistics(rounds, Measurement::emulatorMicrosPerEvent).median(),
                Results.statistics(rounds, Measurement::requestsPerEvent).median(),
                Results.statistics(rounds, Measurement::writeUnitsPerEvent).median(),
                Results.statistics(rounds, Measurement::readUnitsPerEvent).median(),
                Results.statistics(rounds, Measurement::forwarded).median(),
                rounds.get(0).events(),
                Results.statistics(rounds, Measurement::peakHeapMegabytes).most(),
                Results.operations(rounds));
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
