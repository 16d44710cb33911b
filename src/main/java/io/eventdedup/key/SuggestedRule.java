package io.eventdedup.key;

import io.eventdedup.json.CanonicalJson;
import io.eventdedup.json.Json.JsonString;
import io.eventdedup.json.JsonPointer;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A rule to be pasted into a rule file.
 *
 * @param match a detail-type
 * @param exclude may be empty
 * @param round pointers that are rounded to a second; may be empty
 * @param window null for that of {@code dedup.window}
 */
public record SuggestedRule(
        String match, List<JsonPointer> key, List<JsonPointer> exclude, List<JsonPointer> round, Duration window) {

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9/_.~-]+");
    private static final int MAX_LINE = 100;

    /** The rule as YAML, in several lines without an end. */
    public String yaml() {
        StringBuilder yaml = new StringBuilder("- match: ").append(quoted(match));
        yaml.append("\n  key: ").append(list(key));
        if (!exclude.isEmpty()) {
            yaml.append("\n  exclude: ").append(list(exclude));
        }
        if (!round.isEmpty()) {
            yaml.append("\n  round: ")
                    .append(round.stream()
                            .map(pointer -> text(pointer) + ": 1s")
                            .collect(Collectors.joining(", ", "{", "}")));
        }
        if (window != null) {
            yaml.append("\n  window: ").append(Durations.format(window));
        }
        return yaml.toString();
    }

    private static String list(List<JsonPointer> pointers) {
        List<String> texts = pointers.stream().map(SuggestedRule::text).toList();
        String line = String.join(", ", texts);
        return line.length() <= MAX_LINE ? "[" + line + "]" : "\n    - " + String.join("\n    - ", texts);
    }

    /** A pointer as a rule file takes it: one with a space as a fragment, since text after a pointer means something. */
    private static String text(JsonPointer pointer) {
        String text = pointer.text();
        if (PLAIN.matcher(text).matches()) {
            return text;
        }
        return quoted(
                text.chars().noneMatch(Character::isWhitespace)
                        ? text
                        : "#"
                                + text.replace("%", "%25")
                                        .chars()
                                        .mapToObj(SuggestedRule::encoded)
                                        .collect(Collectors.joining()));
    }

    private static String encoded(int character) {
        // whitespace of one byte in UTF-8; a JSON text may hold other kinds, which stay
        return Character.isWhitespace(character) && character < 128
                ? String.format("%%%02x", character)
                : Character.toString(character);
    }

    /** JSON's strings are YAML's double-quoted ones. */
    private static String quoted(String text) {
        return CanonicalJson.of(JsonString.of(text));
    }
}
