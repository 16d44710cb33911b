package io.eventdedup.backtest;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/** A backtest as plain text: names of rules, types and fields, places in the recording, no value of any event. */
public final class TextReport {

    private static final int MOST_FIELDS = 8;
    private static final String ROW = "%-60s %11s %11s %9s %8s %7s %8s %9s %9s %7s";

    private final Backtest backtest;
    private final Recording recording;
    private final StringBuilder text = new StringBuilder();

    private TextReport(Backtest backtest, Recording recording) {
        this.backtest = backtest;
        this.recording = recording;
    }

    /** The report, in lines. */
    public static String of(Backtest backtest, Recording recording) {
        TextReport report = new TextReport(backtest, recording);
        report.write();
        return report.text.toString();
    }

    private void write() {
        line(summary(backtest));
        unusable(backtest, recording).forEach(this::line);
        line("");
        line(row("rule", "events", "keys", "copies", "differ", "late", "fallback", "half in", "longest", "window"));
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
                "keys: different ones; each is forwarded once. copies: dropped. differ: copies whose content is not that of the");
        line(
                "original. late: seen before, but longer ago than the window, so forwarded again. fallback: a part of the key was");
        line("missing. half in, longest: how long after its original a copy came.");
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

    /** What is no event, in a line for each reason. */
    public static List<String> unusable(Backtest backtest, Recording recording) {
        return backtest.unusable().entrySet().stream()
                .map(found -> number(found.getValue().count()) + " not usable: " + found.getKey() + ", the first at "
                        + recording.describe(found.getValue().first()))
                .toList();
    }

    /** The recording in one sentence. */
    static String summary(Backtest backtest) {
        long copies = sum(backtest, rule -> rule.copies);
        return number(backtest.events()) + " events"
                + (backtest.span() == 0 ? "" : " over " + Times.text(backtest.span())) + ": "
                + number(backtest.events() - copies) + " would be forwarded, " + number(copies)
                + " are copies, of which "
                + number(sum(backtest, rule -> rule.differing)) + " differ from their original";
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
                "  If they are events of their own, this rule keeps them apart:",
                suspicion.finerRule().yaml());
    }

    static String coarseReason(Suspicion suspicion) {
        return number(suspicion.count())
                + " would be dropped as copies though their content differs from the original.";
    }

    private void fine(RuleStats rule, Suspicion suspicion) {
        title("SUSPICIOUSLY FINE", rule, suspicion);
        line("  " + fineReason(suspicion));
        fields(suspicion);
        examples(suspicion);
        rule(
                "  If they are copies, and the times in this key move with every change, this rule recognises them:",
                suspicion.coarserRule().yaml());
    }

    static String fineReason(Suspicion suspicion) {
        return number(suspicion.count())
                + " would be forwarded though they say the same as the event before, and differ as publications do.";
    }

    private void shortWindow(RuleStats rule, Suspicion suspicion) {
        title("WINDOW TOO SHORT", rule, suspicion);
        line("  " + shortWindowReason(rule, suspicion));
        examples(suspicion);
        rule(
                "  This rule remembers long enough for all of them:",
                suspicion.longerRule().yaml());
    }

    static String shortWindowReason(RuleStats rule, Suspicion suspicion) {
        return number(suspicion.count()) + " copies came after the window of " + Times.text(rule.window.toMillis())
                + ", up to " + Times.text(suspicion.longestTime())
                + " after the original, and would be forwarded again.";
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
            line("    and " + (fields.size() - MOST_FIELDS) + " fields more");
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
        line("AGAINST THE OLD RULES");
        line("  " + number(changes.newlyDropped()) + " events would newly be dropped, of which "
                + number(changes.newlyDroppedDiffering()) + " differ from the event of which they would be copies.");
        for (Changes.Change change : changes.dropped()) {
            line("    " + recording.describe(change.location()) + "  " + change.type() + ", as a copy of "
                    + recording.describe(change.original())
                    + change.differing().stream()
                            .limit(MOST_FIELDS)
                            .map(field -> " " + field)
                            .collect(Collectors.collectingAndThen(
                                    Collectors.joining(), fields -> fields.isEmpty() ? "" : ", differs in" + fields)));
        }
        more(changes.newlyDropped(), changes.dropped());
        line("  " + number(changes.newlyPassed()) + " events would newly pass.");
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

    static String number(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    private void line(String line) {
        text.append(line.replaceAll("\\p{Cntrl}", "?")).append(System.lineSeparator());
    }
}
