package io.eventdedup.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** The mix with 10 % copies as bars in SVG: what an event takes of the services, the machine and the purse, by variant. */
final class Chart {

    private static final int LABELS = 220;
    private static final int BARS = 380;
    private static final int RIGHT = 70;
    private static final int LINE = 18;
    private static final int GAP = 10;
    private static final String OURS = "#2e8b57";
    private static final String OTHERS = "#9aa5b1";

    private final Map<Results.Cell, List<Measurement>> cells;
    private final List<String> shapes = new ArrayList<>();
    private int y = GAP;

    private Chart(Results results) {
        cells = results.cells();
        cells.keySet().removeIf(cell -> !cell.workload().equals(Workload.TEN_PERCENT_COPIES));
    }

    static List<String> svg(Results results, Prices prices) {
        Chart chart = new Chart(results);
        chart.panel("US dollars per million events", "%.2f", rounds -> CostPage.cost(rounds, prices)
                .together());
        chart.panel("AWS requests per event", "%.2f", median(Measurement::requestsPerEvent));
        chart.panel("DynamoDB write units per event", "%.2f", median(Measurement::writeUnitsPerEvent));
        chart.panel("CPU per event, microseconds", "%,.0f", median(Measurement::cpuMicrosPerEvent));
        chart.panel("events/s on two cores, emulators included", "%,.0f", median(Measurement::eventsPerSecond));
        List<String> lines = new ArrayList<>();
        lines.add("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\""
                        .formatted(LABELS + BARS + RIGHT, chart.y)
                + " font-size=\"12\">");
        lines.add("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>");
        lines.addAll(chart.shapes);
        lines.add("</svg>");
        return lines;
    }

    private static ToDoubleFunction<List<Measurement>> median(ToDoubleFunction<Measurement> figure) {
        return rounds -> Results.statistics(rounds, figure).median();
    }

    private void panel(String title, String format, ToDoubleFunction<List<Measurement>> figure) {
        double most = cells.values().stream().mapToDouble(figure).max().orElse(1);
        y += LINE;
        shapes.add("<text x=\"%d\" y=\"%d\" font-weight=\"bold\">%s</text>".formatted(GAP, y, title));
        cells.forEach((cell, rounds) -> bar(cell.variant(), figure.applyAsDouble(rounds), most, format));
        y += GAP;
    }

    private void bar(Variant variant, double value, double most, String format) {
        y += LINE;
        double width = most == 0 ? 0 : BARS * value / most;
        shapes.add("<text x=\"%d\" y=\"%d\">%s %s</text>".formatted(GAP, y, variant.letter(), variant.title()));
        shapes.add(String.format(
                Locale.ROOT,
                "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>",
                LABELS,
                y - LINE + 6,
                width,
                LINE - 4,
                variant == Variant.OURS ? OURS : OTHERS));
        shapes.add(String.format(
                Locale.ROOT, "<text x=\"%.1f\" y=\"%d\">" + format + "</text>", LABELS + width + 4, y, value));
    }
}
