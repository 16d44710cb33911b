package io.eventdedup.backtest;

import io.eventdedup.json.CanonicalJson;
import io.eventdedup.json.Json;
import io.eventdedup.json.JsonDifference;
import io.eventdedup.json.JsonException;
import io.eventdedup.json.JsonReader;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The backtest report as an HTML page: one file that loads nothing and runs no script. Unlike the text report it contains values
 * of events, in the pairs that it shows.
 */
public final class HtmlReport {

    private static final int MOST_DIFFERENCES = 12;
    private static final int SHOWN_CHARACTERS = 400;
    private static final int MOST_PAIRS_OF_CHANGES = 5;

    private final Backtest backtest;
    private final Recording recording;
    private final Map<Long, String> texts;
    private final StringBuilder html = new StringBuilder(HtmlStyle.HEAD);

    private HtmlReport(Backtest backtest, Recording recording, Map<Long, String> texts) {
        this.backtest = backtest;
        this.recording = recording;
        this.texts = texts;
    }

    /**
     * The page. Reads the recording again to get the events that it shows.
     *
     * @throws IOException if the recording cannot be read
     */
    public static String of(Backtest backtest, Recording recording) throws IOException {
        Set<Long> locations = new HashSet<>();
        backtest.stats().stream()
                .flatMap(rule -> Stream.of(rule.coarse(), rule.fine(), rule.shortWindow()))
                .flatMap(List::stream)
                .flatMap(suspicion -> suspicion.pairs().stream())
                .forEach(pair -> locations.addAll(List.of(pair.first(), pair.second())));
        if (backtest.changes() != null) {
            shown(backtest.changes())
                    .forEach(change -> locations.addAll(List.of(change.original(), change.location())));
        }
        HtmlReport report = new HtmlReport(backtest, recording, recording.texts(locations));
        report.write();
        return report.html.toString();
    }

    private static List<Changes.Change> shown(Changes changes) {
        return changes.dropped().stream().limit(MOST_PAIRS_OF_CHANGES).toList();
    }

    private void write() {
        add("<h1>Backtest of the key rules</h1><p class=lead>", escaped(TextReport.summary(backtest)), ".</p>");
        TextReport.unusable(backtest, recording).forEach(line -> add("<p>", escaped(line), "</p>"));
        if (backtest.changes() != null) {
            writeChanges(backtest.changes());
        }
        writeSuspicions();
        add("<h2>Every rule</h2>", HtmlStyle.LEGEND);
        backtest.stats().forEach(this::writeRule);
        add("</main></body></html>\n");
    }

    private void writeSuspicions() {
        add("<h2>Look at these first</h2>");
        int before = html.length();
        for (RuleStats rule : backtest.stats()) {
            rule.coarse()
                    .forEach(suspicion -> writeSuspicion(
                            "coarse",
                            "Suspiciously coarse",
                            "If these are different events, this rule keeps them apart:",
                            suspicion,
                            TextReport.coarseReason(suspicion),
                            suspicion.finerRule().yaml()));
            rule.fine()
                    .forEach(suspicion -> writeSuspicion(
                            "fine",
                            "Suspiciously fine",
                            "If these are duplicates, and the times in this key change with every update, this rule recognizes them:",
                            suspicion,
                            TextReport.fineReason(suspicion),
                            suspicion.coarserRule().yaml()));
            rule.shortWindow()
                    .forEach(suspicion -> writeSuspicion(
                            "short",
                            "Window too short",
                            "This rule has a window that covers all of them:",
                            suspicion,
                            TextReport.shortWindowReason(rule, suspicion),
                            suspicion.longerRule().yaml()));
        }
        if (html.length() == before) {
            add("<p>Nothing suspicious.</p>");
        }
    }

    private void writeSuspicion(
            String kind, String title, String advice, Suspicion suspicion, String reason, String yaml) {
        add(
                "<section class=\"suspicion ",
                kind,
                "\"><h3>",
                title,
                " <code>",
                escaped(suspicion.type()),
                "</code></h3>");
        add("<p>", escaped(reason), "</p>");
        if (!suspicion.fields().isEmpty()) {
            add("<ul class=fields>");
            suspicion
                    .fields()
                    .forEach(field -> add(
                            "<li><code>",
                            escaped(field.getKey().toString()),
                            "</code> ",
                            TextReport.number(field.getValue()),
                            "</li>"));
            add("</ul>");
        }
        add("<p>", advice, "</p><pre>", escaped(yaml), "</pre>");
        for (int i = 0; i < suspicion.pairs().size(); i++) {
            writePair(suspicion.pairs().get(i), i == 0);
        }
        add("</section>");
    }

    private void writePair(Suspicion.Pair pair, boolean open) {
        add(open ? "<details open>" : "<details>", "<summary>", escaped(recording.describe(pair.first())), " and ");
        add(escaped(recording.describe(pair.second())));
        add("</summary><div class=pair>");
        List<JsonDifference> differences = JsonDifference.between(json(pair.first()), json(pair.second()));
        for (JsonDifference difference : differences.subList(0, Math.min(differences.size(), MOST_DIFFERENCES))) {
            add("<b class=field>", escaped(difference.pointer().text()), "</b>");
            add("<span class=value>", shown(difference.left()), "</span>");
            add("<span class=value>", shown(difference.right()), "</span>");
        }
        if (differences.isEmpty()) {
            add("<b class=field>no difference</b>");
        } else if (differences.size() > MOST_DIFFERENCES) {
            add("<b class=field>and ", Integer.toString(differences.size() - MOST_DIFFERENCES), " more</b>");
        }
        add("</div></details>");
    }

    private Json json(long location) {
        try {
            return new JsonReader(texts.get(location)).document();
        } catch (JsonException e) {
            throw new IllegalStateException("an event of the recording cannot be read again; did the file change?", e);
        }
    }

    private static String shown(Json value) {
        if (value == null) {
            return "<i>absent</i>";
        }
        String canonical = CanonicalJson.of(value);
        return escaped(
                canonical.length() <= SHOWN_CHARACTERS ? canonical : canonical.substring(0, SHOWN_CHARACTERS) + " ...");
    }

    private void writeChanges(Changes changes) {
        add("<h2>Compared with the old rules</h2><p>Newly dropped: ", TextReport.number(changes.newlyDropped()));
        add(" (<strong>", TextReport.number(changes.newlyDroppedDiffering()), "</strong> with different content). ");
        add("Newly forwarded: ", TextReport.number(changes.newlyPassed()), ".</p>");
        for (Changes.Change change : shown(changes)) {
            add("<section class=\"suspicion coarse\"><h3>Newly dropped <code>", escaped(change.type()), "</code></h3>");
            writePair(new Suspicion.Pair(change.original(), change.location()), true);
            add("</section>");
        }
    }

    private void writeRule(RuleStats rule) {
        long same = rule.copies - rule.differing;
        add("<section class=rule><h3><code>", escaped(rule.rule), "</code></h3>");
        add("<div class=bar role=img aria-label=\"", bars(rule), "\">");
        part("new", rule.events - rule.copies, rule.events);
        part("copy", same, rule.events);
        part("differ", rule.differing, rule.events);
        add("</div><dl>");
        number("events", rule.events);
        number("new", rule.events - rule.copies);
        number("keys", rule.keys);
        number("duplicates", rule.copies);
        number("differ", rule.differing);
        number("late", rule.late);
        number("fallback", rule.fallbacks);
        if (rule.gaps.total() > 0) {
            term("median gap", Times.text(rule.gaps.median()));
            term("longest gap", Times.text(rule.gaps.max()));
        }
        term("window", Times.text(rule.window.toMillis()));
        add("</dl>");
        if (rule.gaps.total() + rule.lateGaps.total() > 0) {
            add(GapChart.of(rule));
        }
        add("</section>");
    }

    private static String bars(RuleStats rule) {
        return TextReport.number(rule.events - rule.copies) + " new, "
                + TextReport.count(rule.copies, "duplicate") + ", "
                + TextReport.number(rule.differing) + " with different content";
    }

    private void part(String kind, long count, long of) {
        if (count > 0) {
            add("<span class=", kind, " style=\"flex:", String.format(Locale.ROOT, "%.4f", 100.0 * count / of));
            add("\" title=\"", TextReport.number(count), " ", kind, "\"></span>");
        }
    }

    private void number(String name, long count) {
        term(name, TextReport.number(count));
    }

    private void term(String name, String value) {
        add("<div><dt>", name, "</dt><dd>", value, "</dd></div>");
    }

    private void add(String... parts) {
        for (String part : parts) {
            html.append(part);
        }
    }

    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
