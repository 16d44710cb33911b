package io.eventdedup.key;

import io.eventdedup.json.CanonicalJson;
import io.eventdedup.json.Json;
import io.eventdedup.json.JsonDifference;
import io.eventdedup.json.JsonPointer;
import io.eventdedup.json.TimestampRounding;
import io.eventdedup.key.EventExplanation.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Explains keys to people and scripts. Unlike logs, the output for people contains values of the event.
 */
public final class KeyExplanation {

    private static final int SHOWN_CHARACTERS = 120;

    /** Names of fields that probably differ between duplicates. */
    private static final Pattern VOLATILE_NAME = Pattern.compile(
            "(?i).*(event|message|request|correlation|trace|delivery)[-_]?id|(?i).*sequence[-_]?number");

    private static final JsonPointer DETAIL = JsonPointer.parse("/detail");

    private final KeyRules rules;
    private final EventSplitter splitter = new EventSplitter();

    public KeyExplanation(KeyRules rules) {
        this.rules = rules;
    }

    /**
     * For scripts, one line without a line break: {@code HASH TAB RULE TAB SECONDS TAB FALLBACK}, where {@code FALLBACK} is
     * {@code fallback} or empty, or {@code - TAB REASON TAB MESSAGE} if the event is unusable.
     */
    public String line(IncomingEvent incoming) {
        if (incoming instanceof UsableEvent event) {
            EventKey key = rules.keyOf(event);
            return String.join(
                    "\t",
                    key.hash(),
                    key.rule(),
                    Long.toString(key.window().toSeconds()),
                    key.fallback() ? "fallback" : "");
        }
        UnusableEvent unusable = (UnusableEvent) incoming;
        return line(unusable.reason(), unusable.message());
    }

    /** The line for an unusable event. */
    public static String line(UnusableReason reason, String message) {
        return "-\t" + reason + "\t" + message;
    }

    /**
     * For people: the rule, the parts and the key of every event in a message body; the reason if an event is unusable.
     */
    public String explain(String body) {
        return splitter.split(body).stream().map(this::explain).collect(Collectors.joining(System.lineSeparator()));
    }

    /** The same for one event. */
    public String explain(IncomingEvent incoming) {
        if (!(incoming instanceof UsableEvent event)) {
            return incoming + System.lineSeparator();
        }
        Report report = new Report();
        String above = "";
        for (Row row : rows(EventExplanation.of(rules, event))) {
            report.row(row.label().equals(above) ? "" : row.label(), row.text());
            above = row.label();
        }
        return report.toString();
    }

    /**
     * One line of the explanation of an event.
     *
     * @param label what the value is
     * @param pointer where the value is in the event if it is a part of the key; else null
     */
    public record Row(String label, String pointer, String value) {

        private String text() {
            return pointer == null ? value : pointer + " = " + value;
        }
    }

    /** The same as {@link #explain(String)} as rows, one list for each event. */
    public List<List<Row>> rows(String body) {
        return splitter.split(body).stream()
                .map(incoming -> incoming instanceof UsableEvent event
                        ? rows(EventExplanation.of(rules, event))
                        : List.of(new Row("event", null, incoming.toString())))
                .toList();
    }

    private static List<Row> rows(EventExplanation explanation) {
        List<Row> rows = new ArrayList<>();
        rows.add(new Row("event", null, explanation.event().detailType()));
        rows.add(new Row("rule", null, rule(explanation)));
        if (explanation.missing() != null) {
            rows.add(new Row("fallback", null, missing(explanation)));
        }
        for (Part part : explanation.parts()) {
            rows.add(new Row("key parts", part.pointer().toString(), shown(part)));
        }
        if (explanation.replay() != null) {
            rows.add(new Row("replay", null, "the key includes the replay name " + shown(explanation.replay())));
        }
        rows.add(new Row("hash", null, explanation.key().hash()));
        rows.add(new Row("window", null, Durations.format(explanation.key().window())));
        rows.add(new Row("group", null, explanation.key().group()));
        return rows;
    }

    private static String rule(EventExplanation explanation) {
        return explanation.rule().match() + " (line " + explanation.rule().line() + ")";
    }

    private static String missing(EventExplanation explanation) {
        return explanation.missing() + " is absent or empty, so the longer fallback key is used";
    }

    /** A field whose value differs between two events. */
    public record Difference(String pointer, String a, String b) {}

    /**
     * A comparison of two events.
     *
     * @param same whether they have the same key
     * @param a the explanation of the first
     * @param b the explanation of the second
     * @param deciding the differences within the parts of their keys
     * @param ignored the differences that do not affect their keys
     * @param text the whole comparison, for people
     */
    public record Comparison(
            boolean same, List<Row> a, List<Row> b, List<Difference> deciding, List<Difference> ignored, String text) {}

    /**
     * The only event of a message body.
     *
     * @param name the name of the body in the exception's message
     * @throws IllegalArgumentException if it does not contain exactly one event, or that event is unusable
     */
    public UsableEvent only(String name, String body) {
        List<IncomingEvent> events = splitter.split(body);
        if (events.size() == 1 && events.get(0) instanceof UsableEvent event) {
            return event;
        }
        throw new IllegalArgumentException(
                name + ": " + (events.size() == 1 ? events.get(0) : "holds " + events.size() + " events, not one"));
    }

    /** Whether two events are the same, which parts of the key differ, and which differences the rule ignores. */
    public Comparison compare(UsableEvent a, UsableEvent b) {
        EventExplanation left = EventExplanation.of(rules, a);
        EventExplanation right = EventExplanation.of(rules, b);
        boolean same = left.key().hash().equals(right.key().hash());
        Report report = new Report();
        report.line(same ? "the same event" : "two different events");
        report.blank();
        describe("A", left, report);
        describe("B", right, report);
        List<JsonDifference> deciding = new ArrayList<>();
        List<JsonDifference> ignored = new ArrayList<>();
        for (JsonDifference difference :
                JsonDifference.between(left.event().envelope(), right.event().envelope())) {
            (left.decides(right, difference) ? deciding : ignored).add(difference);
        }
        if (!left.hasPartsOf(right)) {
            report.blank();
            report.line("Their keys consist of different parts.");
        }
        list("Key parts that differ", shown(deciding), report);
        list("Differences that the rule ignores", shown(ignored), report);
        if (!same && left.isCatchAll() && right.isCatchAll()) {
            advise(left.event().detailType(), deciding, report);
        }
        return new Comparison(same, rows(left), rows(right), shown(deciding), shown(ignored), report.toString());
    }

    private static List<Difference> shown(List<JsonDifference> differences) {
        return differences.stream()
                .map(difference -> new Difference(
                        difference.pointer().toString(), shown(difference.left()), shown(difference.right())))
                .toList();
    }

    private static void describe(String side, EventExplanation explanation, Report report) {
        report.row(side, explanation.event().detailType());
        report.row("  rule", rule(explanation));
        if (explanation.missing() != null) {
            report.row("", missing(explanation));
        }
        report.row("  hash", explanation.key().hash());
    }

    private static void list(String title, List<Difference> differences, Report report) {
        if (!differences.isEmpty()) {
            report.blank();
            report.line(title);
            for (Difference difference : differences) {
                report.line("  " + difference.pointer());
                report.line("    A  " + difference.a());
                report.line("    B  " + difference.b());
            }
        }
    }

    /** The catch-all rule compares the whole detail, including fields that may differ between duplicates. */
    private static void advise(String detailType, List<JsonDifference> deciding, Report report) {
        List<JsonPointer> exclude = deciding.stream()
                .filter(KeyExplanation::looksVolatile)
                .map(JsonDifference::pointer)
                .toList();
        report.blank();
        report.line("Only the catch-all rule matches, and it compares the whole detail.");
        if (exclude.isEmpty()) {
            report.line(
                    "None of the differing fields looks like an id or a time that differs between duplicates, so these are");
            report.line(
                    "probably two events. If they are the same event, add a rule for this type that excludes those fields.");
            return;
        }
        report.line("If these two are the same event, add this rule above it, which excludes the fields that change:");
        report.blank();
        new RuleDraft(detailType, List.of(RuleDraft.Part.required(DETAIL)), exclude, Map.of(), null, null)
                .yaml()
                .lines()
                .forEach(report::line);
        if (exclude.size() < deciding.size()) {
            report.blank();
            report.line("The other differing fields do not look like ids or times; they keep these two events apart.");
        }
    }

    private static boolean looksVolatile(JsonDifference difference) {
        List<String> names = difference.pointer().names();
        return VOLATILE_NAME.matcher(names.get(names.size() - 1)).matches()
                || TimestampRounding.isTimestamp(difference.left())
                        && TimestampRounding.isTimestamp(difference.right());
    }

    private static String shown(Part part) {
        return shown(part.found()) + (part.changed() ? ", hashed as " + shortened(part.material()) : "");
    }

    private static String shown(Json value) {
        return value == null ? "absent" : shortened(CanonicalJson.of(value));
    }

    private static String shortened(String canonical) {
        return canonical.length() <= SHOWN_CHARACTERS
                ? canonical
                : canonical.substring(0, SHOWN_CHARACTERS) + "... (" + canonical.length() + " characters)";
    }

    /** Lines of text, some of which start with a label. */
    private static final class Report {

        private final StringBuilder text = new StringBuilder();

        void row(String label, String value) {
            line(String.format("%-10s %s", label, value.replaceAll("\\p{Cntrl}", "?")));
        }

        void line(String line) {
            text.append(line).append(System.lineSeparator());
        }

        void blank() {
            line("");
        }

        @Override
        public String toString() {
            return text.toString();
        }
    }
}
