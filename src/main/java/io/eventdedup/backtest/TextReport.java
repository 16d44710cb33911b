package io.eventdedup.backtest;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/** The backtest report as text: rules, types, fields and locations in the recording, but no values of events. */
public final class TextReport {

    private static final int MOST_FIELDS = 8;
    private static final String ROW = "%-60s %11s %11s %10s %8s %7s %8s %8s %8s %7s";

    private final Backtest backtest;
    private final Recording recording;
    private final StringBuilder text = new StringBuilder();

    private TextReport(Backtest backtest, Recording recording) {
        this.backtest = backtest;
        this.recording = recording;
    }

    /** The report. */
    public static String of(Backtest backtest, Recording recording) {
        TextReport report = new TextReport(backtest, recording);
        report.write();
        return report.text.toString();
    }

    private void write() {
        line(summary(backtest));
        unusable(backtest, recording).forEach(this::line);
        line("");
        line(row("rule", "events", "keys", "duplicates", "differ", "late", "fallback", "median", "longest", "window"));
        for (RuleStats rule : backtest.stats()) {
            line(row(
                    rule.rule,
                    number(rule.events),
                    number(rule.keys),
                    number(rule.copies),
                    number(rule.differing),
                    number(rule.late),
                    number(rule.fallbacks),
                    rule.gaps.total() == 0 ? "-" : Times.text(rule.gaps.median()),
                    rule.gaps.total() == 0 ? "-" : Times.text(rule.gaps.max()),
                    Times.text(rule.window.toMillis())));
        }
        line("");
        line(
                "keys: distinct keys, each forwarded once. duplicates: dropped. differ: duplicates whose content differs from the");
        line(
                "original. late: key seen longer ago than the window, so forwarded again. fallback: a required part of the key was");
        line("missing. median, longest: time between original and duplicate.");
        for (RuleStats rule : backtest.stats()) {
            rule.coarse().forEach(suspicion -> coarse(rule, suspicion));
            rule.fine().forEach(suspicion -> fine(rule, suspicion));
            rule.shortWindow().forEach(suspicion -> shortWindow(rule, suspicion));
        }
        if (backtest.stats().stream()
                .allMatch(rule -> rule.coarse().isEmpty()
                        && rule.fine().isEmpty()
                        && rule.shortWindow().isEmpty())) {
            line("");
            line("Nothing suspicious.");
        }
        if (backtest.changes() != null) {
            changes(backtest.changes());
        }
    }

    /** The unusable events, one line for each reason. */
    public static List<String> unusable(Backtest backtest, Recording recording) {
        return backtest.unusable().entrySet().stream()
                .map(found -> number(found.getValue().count()) + " unusable: " + found.getKey() + ", first at "
                        + recording.describe(found.getValue().first()))
                .toList();
    }

    /** The result in one line. */
    static String summary(Backtest backtest) {
        long copies = sum(backtest, rule -> rule.copies);
        return count(backtest.events(), "event")
                + (backtest.span() == 0 ? "" : " over " + Times.text(backtest.span())) + ": "
                + number(backtest.events() - copies) + " new, " + count(copies, "duplicate") + " ("
                + number(sum(backtest, rule -> rule.differing)) + " with different content)";
    }

    private static long sum(Backtest backtest, ToLongFunction<RuleStats> column) {
        return backtest.stats().stream().mapToLong(column).sum();
    }

    private void coarse(RuleStats rule, Suspicion suspicion) {
        title("SUSPICIOUSLY COARSE", rule, suspicion);
        line("  " + coarseReason(suspicion));
        fields(suspicion);
        examples(suspicion);
        rule(
                "  If these are different events, this rule keeps them apart:",
                suspicion.finerRule().yaml());
    }

    static String coarseReason(Suspicion suspicion) {
        return number(suspicion.count()) + " would be dropped although the content differs from the original.";
    }

    private void fine(RuleStats rule, Suspicion suspicion) {
        title("SUSPICIOUSLY FINE", rule, suspicion);
        line("  " + fineReason(suspicion));
        fields(suspicion);
        examples(suspicion);
        rule(
                "  If these are duplicates, and the times in this key change with every update, this rule recognizes them:",
                suspicion.coarserRule().yaml());
    }

    static String fineReason(Suspicion suspicion) {
        return number(suspicion.count())
                + " would be forwarded although the content is the same as in the previous event; only fields that are new in"
                + " every publication differ.";
    }

    private void shortWindow(RuleStats rule, Suspicion suspicion) {
        title("WINDOW TOO SHORT", rule, suspicion);
        line("  " + shortWindowReason(rule, suspicion));
        examples(suspicion);
        rule(
                "  This rule has a window that covers all of them:",
                suspicion.longerRule().yaml());
    }

    static String shortWindowReason(RuleStats rule, Suspicion suspicion) {
        return count(suspicion.count(), "duplicate") + " would be forwarded again because the window of "
                + Times.text(rule.window.toMillis()) + " had ended; the longest gap is "
                + Times.text(suspicion.longestTime()) + ".";
    }

    private void title(String what, RuleStats rule, Suspicion suspicion) {
        line("");
        line(what + "  " + suspicion.type() + (suspicion.type().equals(rule.rule) ? "" : "  (rule " + rule.rule + ")"));
    }

    private void fields(Suspicion suspicion) {
        List<Map.Entry<Field, Long>> fields = suspicion.fields();
        fields.stream()
                .limit(MOST_FIELDS)
                .forEach(field -> line("    " + field.getKey() + "  " + number(field.getValue())));
        if (fields.size() > MOST_FIELDS) {
            line("    and " + (fields.size() - MOST_FIELDS) + " more fields");
        }
    }

    private void examples(Suspicion suspicion) {
        line("  For example "
                + suspicion.pairs().stream()
                        .map(pair -> recording.describe(pair.first()) + " and " + recording.describe(pair.second()))
                        .collect(Collectors.joining("; ")));
    }

    private void rule(String introduction, String yaml) {
        line(introduction);
        line("");
        yaml.lines().forEach(this::line);
    }

    private void changes(Changes changes) {
        line("");
        line("COMPARED WITH THE OLD RULES");
        line("  Newly dropped: " + number(changes.newlyDropped()) + " (" + number(changes.newlyDroppedDiffering())
                + " with different content)");
        for (Changes.Change change : changes.dropped()) {
            line("    " + recording.describe(change.location()) + "  " + change.type() + ", as a duplicate of "
                    + recording.describe(change.original())
                    + change.differing().stream()
                            .limit(MOST_FIELDS)
                            .map(field -> " " + field)
                            .collect(Collectors.collectingAndThen(
                                    Collectors.joining(), fields -> fields.isEmpty() ? "" : ", differs in" + fields)));
        }
        more(changes.newlyDropped(), changes.dropped());
        line("  Newly forwarded: " + number(changes.newlyPassed()));
        for (Changes.Change change : changes.passed()) {
            line("    " + recording.describe(change.location()) + "  " + change.type());
        }
        more(changes.newlyPassed(), changes.passed());
    }

    private void more(long count, List<Changes.Change> named) {
        if (count > named.size()) {
            line("    and " + number(count - named.size()) + " more");
        }
    }

    private static String row(Object... cells) {
        return String.format(ROW, cells);
    }

    /** The number and the noun, which is in the plural unless there is one. */
    static String count(long count, String noun) {
        return number(count) + " " + noun + (count == 1 ? "" : "s");
    }

    static String number(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    private void line(String line) {
        text.append(line.replaceAll("\\p{Cntrl}", "?")).append(System.lineSeparator());
    }
}
