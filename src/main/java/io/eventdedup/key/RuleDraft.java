package io.eventdedup.key;

import io.eventdedup.json.CanonicalJson;
import io.eventdedup.json.Edits;
import io.eventdedup.json.Json.JsonString;
import io.eventdedup.json.JsonPointer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A rule that can be changed and written as YAML to paste into a rule file.
 *
 * @param match a detail-type
 * @param key the parts, in order
 * @param exclude may be empty
 * @param round may be empty
 * @param window null for {@code dedup.window}
 * @param group null for the key
 */
public record RuleDraft(
        String match,
        List<Part> key,
        List<JsonPointer> exclude,
        Map<JsonPointer, Duration> round,
        Duration window,
        JsonPointer group) {

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9/_.~-]+");
    private static final Pattern SPACE = Pattern.compile("\\s");
    private static final int MAX_LINE = 100;

    /** One part of the key, and whether it may be absent. */
    public record Part(JsonPointer pointer, boolean optional) {

        /** A part without which the fallback key is used. */
        public static Part required(JsonPointer pointer) {
            return new Part(pointer, false);
        }

        private String text() {
            return optional ? quoteSpaces(pointer.text(), " or null") : RuleDraft.text(pointer);
        }
    }

    /** Whether the key includes a value unchanged, neither excluded nor rounded. */
    public boolean compares(JsonPointer pointer) {
        return key.stream().anyMatch(part -> pointer.isWithin(part.pointer()))
                && Stream.concat(exclude.stream(), round.keySet().stream()).noneMatch(pointer::isWithin);
    }

    /** How the rule edits an event before hashing. */
    public Edits edits() {
        return Edits.of(exclude, round);
    }

    /** The rule with another key. It keeps the exclusions and roundings that are within that key. */
    public RuleDraft withKey(List<Part> parts) {
        return new RuleDraft(
                match,
                List.copyOf(parts),
                exclude.stream().filter(pointer -> inside(parts, pointer)).toList(),
                round.entrySet().stream()
                        .filter(entry -> inside(parts, entry.getKey()))
                        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)),
                window,
                group);
    }

    private static boolean inside(List<Part> parts, JsonPointer pointer) {
        return parts.stream().anyMatch(part -> pointer.isWithin(part.pointer()));
    }

    /** The rule that excludes these fields too. */
    public RuleDraft withExcluded(List<JsonPointer> more) {
        List<JsonPointer> all =
                Stream.concat(exclude.stream(), more.stream()).distinct().toList();
        return new RuleDraft(match, key, all, round, window, group);
    }

    /** The rule that rounds these fields to a second. */
    public RuleDraft withRounded(List<JsonPointer> more) {
        Map<JsonPointer, Duration> all = more.stream()
                .collect(Collectors.toMap(pointer -> pointer, pointer -> Duration.ofSeconds(1), (a, b) -> a));
        all.putAll(round);
        return new RuleDraft(match, key, exclude, all, window, group);
    }

    /** The rule with another window. */
    public RuleDraft withWindow(Duration other) {
        return new RuleDraft(match, key, exclude, round, other, group);
    }

    /** The rule as YAML of several lines, without a line break at the end. */
    public String yaml() {
        StringBuilder yaml = new StringBuilder("- match: ").append(quoted(match));
        yaml.append("\n  key:").append(list(key.stream().map(Part::text)));
        if (!exclude.isEmpty()) {
            yaml.append("\n  exclude:").append(list(exclude.stream().map(RuleDraft::text)));
        }
        if (!round.isEmpty()) {
            yaml.append("\n  round: ")
                    .append(round.entrySet().stream()
                            .map(entry -> text(entry.getKey()) + ": " + Durations.format(entry.getValue()))
                            .sorted()
                            .collect(Collectors.joining(", ", "{", "}")));
        }
        if (window != null) {
            yaml.append("\n  window: ").append(Durations.format(window));
        }
        if (group != null) {
            yaml.append("\n  group: ").append(text(group));
        }
        return yaml.toString();
    }

    private static String list(Stream<String> items) {
        List<String> texts = items.toList();
        String line = String.join(", ", texts);
        return line.length() <= MAX_LINE ? " [" + line + "]" : "\n    - " + String.join("\n    - ", texts);
    }

    private static String text(JsonPointer pointer) {
        String text = pointer.text();
        return PLAIN.matcher(text).matches() ? text : quoteSpaces(text, "");
    }

    /** Writes a pointer with a space as a fragment, because text after a pointer has a meaning. */
    private static String quoteSpaces(String pointer, String after) {
        if (PLAIN.matcher(pointer).matches()) {
            return pointer + after;
        }
        String spaced = SPACE.matcher(pointer).find()
                ? "#"
                        + SPACE.matcher(pointer.replace("%", "%25"))
                                .replaceAll(space -> String.format(
                                        "%%%02x", (int) space.group().charAt(0)))
                : pointer;
        return quoted(spaced + after);
    }

    /** A JSON string is also a double-quoted YAML string. */
    private static String quoted(String text) {
        return CanonicalJson.of(JsonString.of(text));
    }
}
