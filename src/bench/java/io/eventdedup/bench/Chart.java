package io.eventdedup.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** The results as bars in SVG, with a mark from the least to the most of the rounds. */
final class Chart {

    private static final int LABELS = 290;
    private static final int BARS = 420;
    private static final int LINE = 18;
    private static final int GAP = 12;
    private static final int RIGHT = 90;
    private static final List<String> COLOURS =
            List.of("#9aa5b1", "#6c8ebf", "#e0a458", "#2e8b57", "#444444", "#b85450");

    private final List<String> shapes = new ArrayList<>();
    private int y = GAP;

    private Chart() {}

    static List<String> svg(Results results) {
        Chart chart = new Chart();
        chart.panel("events/s", results, Measurement::eventsPerSecond, "%,.0f");
        chart.panel("AWS requests per event", results, Measurement::requestsPerEvent, "%.2f");
        chart.panel("CPU µs per event", results, Measurement::cpuMicrosPerEvent, "%,.0f");
        List<String> lines = new ArrayList<>();
        lines.add("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\""
                        .formatted(LABELS + BARS + RIGHT, chart.y)
                + " font-size=\"12\">");
        lines.add("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>");
        lines.addAll(chart.shapes);
        lines.add("</svg>");
        return lines;
    }

    private void panel(String title, Results results, ToDoubleFunction<Measurement> figure, String format) {
        double most = results.measurements().stream().mapToDouble(figure).max().orElse(1);
        y += LINE;
        shapes.add("<text x=\"%d\" y=\"%d\" font-weight=\"bold\">%s</text>".formatted(GAP, y, title));
        String workload = "";
        for (Map.Entry<Results.Cell, List<Measurement>> entry : results.cells().entrySet()) {
            if (!entry.getKey().workload().equals(workload)) {
                workload = entry.getKey().workload();
                y += GAP;
            }
            bar(entry.getKey(), Results.statistics(entry.getValue(), figure), BARS / most, format);
        }
        y += GAP;
    }

    private void bar(Results.Cell cell, Statistics statistics, double scale, String format) {
        y += LINE;
        String label = "%s %s, %d workers, %s"
                .formatted(cell.variant().letter(), cell.variant().title(), cell.workers(), cell.workload());
        shapes.add("<text x=\"%d\" y=\"%d\" font-size=\"10\">%s</text>".formatted(GAP, y, label));
        shapes.add(String.format(
                Locale.ROOT,
                "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>",
                LABELS,
                y - LINE + 6,
                statistics.median() * scale,
                LINE - 4,
                COLOURS.get(cell.variant().ordinal())));
        shapes.add(String.format(
                Locale.ROOT,
                "<path d=\"M%.1f %d H%.1f\" stroke=\"black\"/>",
                LABELS + statistics.least() * scale,
                y - LINE / 2 + 4,
                LABELS + statistics.most() * scale));
        shapes.add(String.format(
                Locale.ROOT,
                "<text x=\"%.1f\" y=\"%d\">" + format + "</text>",
                LABELS + statistics.most() * scale + 4,
                y,
                statistics.median()));
    }
}
