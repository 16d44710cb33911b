package io.eventdedup.key;

import io.eventdedup.json.Edits;
import io.eventdedup.json.JsonPointer;
import java.io.StringReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * Reads and checks a rule file. Anything that would give a rule no effect, or an unexpected one, is an error that names its
 * line: an unknown or repeated field, an invalid pointer or duration, a key that may be the same for all events, a rule that no
 * event can reach.
 */
final class KeyRuleFile {

    private static final Set<String> FIELDS = Set.of("match", "key", "exclude", "round", "window", "group");

    private static final String FIELD_LIST = "match, key, exclude, round, window, group";

    /** Different in every duplicate of an event, or only in duplicates from a replay. */
    private static final List<JsonPointer> NEVER_IN_A_KEY = List.of(
            JsonPointer.parse("/id"),
            JsonPointer.parse("/time"),
            JsonPointer.parse("/replay-name"),
            JsonPointer.parse("/detail/metadata"));

    /** Suffix of a pointer: the part may be absent, and then counts as null. */
    private static final String OPTIONAL = " or null";

    private static final Pattern COMMENT = Pattern.compile("\\s*(#.*)?");

    private static final Pattern SPACE = Pattern.compile("\\s");

    private static final JsonPointer DETAIL = JsonPointer.parse("/detail");

    private static final Duration SHORTEST_WINDOW = Duration.ofSeconds(1);
    private static final Duration LONGEST_WINDOW = Duration.ofDays(3650);
    private static final Duration SHORTEST_UNIT = Duration.ofMillis(1);

    private final String location;
    private final Duration defaultWindow;

    KeyRuleFile(String location, Duration defaultWindow) {
        this.location = location;
        this.defaultWindow = defaultWindow;
    }

    List<KeyRule> parse(String text) {
        if (!(compose(text) instanceof SequenceNode file) || file.getValue().isEmpty()) {
            throw error(1, "not a list of rules; begin each rule with '- match:'");
        }
        List<String> lines = List.of(text.split("\\R", -1));
        List<KeyRule> rules = new ArrayList<>();
        for (Node node : file.getValue()) {
            for (KeyRule rule : rules(node, textOf(node, lines))) {
                checkReachable(rule, rules);
                rules.add(rule);
            }
        }
        KeyRule last = rules.get(rules.size() - 1);
        if (!last.match().covers(new Glob("*"))) {
            throw error(last.line(), "events that match no rule would have no key; end the file with - match: \"*\"");
        }
        return rules;
    }

    private Node compose(String text) {
        try {
            return new Yaml(new LoaderOptions()).compose(new StringReader(text));
        } catch (MarkedYAMLException e) {
            String hint = String.valueOf(e.getContext()).contains("alias")
                    ? "; put a match that begins with * in quotes"
                    : "; fix the YAML";
            throw error(e.getProblemMark().getLine() + 1, e.getProblem() + hint);
        } catch (YAMLException e) {
            throw error(1, e.getMessage().replaceAll("\\s+", " ") + "; fix the YAML");
        }
    }

    /** The rules of one entry, one for each of its globs. */
    private List<KeyRule> rules(Node node, String text) {
        Map<String, Node> fields = fields(node);
        Map<JsonPointer, Boolean> optionalByPointer = key(node, fields);
        Set<JsonPointer> exclude = exclude(fields, optionalByPointer.keySet());
        Map<JsonPointer, Duration> round = round(fields, optionalByPointer.keySet());
        Edits edits = Edits.of(exclude, round);
        Edits notSketched = ContentSketch.leftOut(exclude, round.keySet());
        KeyRecipe recipe = new KeyRecipe(optionalByPointer.entrySet().stream()
                .map(part -> new KeyPart(part.getKey(), part.getValue(), edits.at(part.getKey())))
                .toList());
        Duration window = window(fields.get("window"));
        JsonPointer group = fields.containsKey("group") ? pointer(fields.get("group")) : null;
        Node match = required(fields, "match", node);
        List<Node> globs = match instanceof SequenceNode list ? list.getValue() : List.of(match);
        if (globs.isEmpty()) {
            throw error(match, "match is empty; write the detail-type that the rule is for");
        }
        return globs.stream()
                .map(glob ->
                        new KeyRule(glob(glob), recipe, exclude, round, notSketched, window, group, line(glob), text))
                .toList();
    }

    /** The lines of an entry, without comments above the next one: for SnakeYAML an entry ends where the next one begins. */
    private static String textOf(Node node, List<String> lines) {
        int begin = node.getStartMark().getLine();
        int end = Math.min(Math.max(node.getEndMark().getLine(), begin + 1), lines.size());
        while (end > begin + 1 && COMMENT.matcher(lines.get(end - 1)).matches()) {
            end--;
        }
        return String.join("\n", lines.subList(begin, end));
    }

    private Map<String, Node> fields(Node rule) {
        if (!(rule instanceof MappingNode mapping)) {
            throw error(rule, "not a rule; begin it with '- match:'");
        }
        Map<String, Node> fields = new LinkedHashMap<>();
        for (NodeTuple field : mapping.getValue()) {
            String name = text(field.getKeyNode(), "a field's name");
            if (!FIELDS.contains(name)) {
                throw error(field.getKeyNode(), "unknown field '" + name + "'; a rule has " + FIELD_LIST);
            }
            if (fields.put(name, field.getValueNode()) != null) {
                throw error(field.getKeyNode(), "'" + name + "' is given twice; remove one");
            }
        }
        return fields;
    }

    private Glob glob(Node node) {
        String glob = text(node, "match");
        if (glob.chars().anyMatch(Character::isISOControl)) {
            throw error(node, "match holds a control character; remove it");
        }
        return new Glob(glob);
    }

    /** The parts, and whether each may be absent. */
    private Map<JsonPointer, Boolean> key(Node rule, Map<String, Node> fields) {
        Node key = required(fields, "key", rule);
        Map<JsonPointer, Boolean> optionalByPointer = new LinkedHashMap<>();
        for (Node node : list(key, "key")) {
            String text = text(node, "a part of the key");
            boolean optional = text.endsWith(OPTIONAL);
            JsonPointer pointer = pointer(
                    node,
                    optional
                            ? text.substring(0, text.length() - OPTIONAL.length())
                                    .stripTrailing()
                            : text,
                    " (only '" + OPTIONAL.strip() + "' is)");
            for (JsonPointer never : NEVER_IN_A_KEY) {
                if (pointer.isWithin(never)) {
                    throw error(
                            node, "'" + pointer + "' differs between duplicates of an event; remove it from the key");
                }
            }
            if (optionalByPointer.put(pointer, optional) != null) {
                throw error(node, "'" + pointer + "' is in the key twice; remove one");
            }
        }
        if (optionalByPointer.entrySet().stream()
                .noneMatch(part -> part.getKey().isWithin(DETAIL) && !part.getValue())) {
            throw error(
                    key,
                    "this key may be the same for all events; add a part within /detail without '" + OPTIONAL.strip()
                            + "'");
        }
        return optionalByPointer;
    }

    private Set<JsonPointer> exclude(Map<String, Node> fields, Set<JsonPointer> parts) {
        Set<JsonPointer> exclude = new LinkedHashSet<>();
        if (fields.containsKey("exclude")) {
            for (Node entry : list(fields.get("exclude"), "exclude")) {
                JsonPointer pointer = partOfKey(entry, "exclude", parts);
                if (parts.contains(pointer)) {
                    throw error(entry, "'" + pointer + "' is a part of the key; remove it there instead");
                }
                exclude.add(pointer);
            }
        }
        return exclude;
    }

    private Map<JsonPointer, Duration> round(Map<String, Node> fields, Set<JsonPointer> parts) {
        Map<JsonPointer, Duration> round = new LinkedHashMap<>();
        if (fields.containsKey("round")) {
            Node node = fields.get("round");
            if (!(node instanceof MappingNode mapping) || mapping.getValue().isEmpty()) {
                throw error(node, "round must map pointers to units; write it like {/detail/timestamp: 1s}");
            }
            for (NodeTuple entry : mapping.getValue()) {
                JsonPointer pointer = partOfKey(entry.getKeyNode(), "round", parts);
                round.put(pointer, duration(entry.getValueNode(), SHORTEST_UNIT, LONGEST_WINDOW));
            }
        }
        return round;
    }

    private JsonPointer partOfKey(Node node, String field, Set<JsonPointer> parts) {
        JsonPointer pointer = pointer(node);
        if (parts.stream().noneMatch(pointer::isWithin)) {
            throw error(node, field + " has no effect: '" + pointer + "' is not in the key; remove it");
        }
        return pointer;
    }

    private Duration window(Node node) {
        return node == null ? defaultWindow : duration(node, SHORTEST_WINDOW, LONGEST_WINDOW);
    }

    private Duration duration(Node node, Duration shortest, Duration longest) {
        try {
            Duration duration = Durations.parse(text(node, "a duration"));
            if (duration.compareTo(shortest) >= 0 && duration.compareTo(longest) <= 0) {
                return duration;
            }
        } catch (IllegalArgumentException e) {
            throw error(node, e.getMessage());
        }
        throw error(
                node,
                "the duration must be between " + Durations.format(shortest) + " and " + Durations.format(longest));
    }

    private JsonPointer pointer(Node node) {
        return pointer(node, text(node, "a pointer"), " here");
    }

    private JsonPointer pointer(Node node, String text, String accepted) {
        Matcher spaced = SPACE.matcher(text);
        if (spaced.find()) {
            throw error(
                    node,
                    "'" + text.substring(spaced.start()).strip() + "' is not allowed after a pointer" + accepted
                            + "; write a space in a name as %20, as in \"#/detail/first%20name\"");
        }
        try {
            return JsonPointer.parse(text);
        } catch (IllegalArgumentException e) {
            throw error(node, e.getMessage());
        }
    }

    private void checkReachable(KeyRule rule, List<KeyRule> earlier) {
        for (KeyRule other : earlier) {
            if (other.match().covers(rule.match())) {
                throw error(
                        rule.line(),
                        "no event reaches the rule for '" + rule.match() + "' because '" + other.match() + "' in line "
                                + other.line() + " matches first; move it up or remove it");
            }
        }
    }

    private Node required(Map<String, Node> fields, String name, Node rule) {
        Node node = fields.get(name);
        if (node == null) {
            throw error(rule, "the rule has no " + name + "; add '" + name + ":'");
        }
        return node;
    }

    private List<Node> list(Node node, String field) {
        if (!(node instanceof SequenceNode list) || list.getValue().isEmpty()) {
            throw error(node, field + " must be a list of pointers; write it like [/detail/eventBody/id]");
        }
        return list.getValue();
    }

    private String text(Node node, String what) {
        if (!(node instanceof ScalarNode scalar) || scalar.getValue().isEmpty()) {
            throw error(node, what + " must be text");
        }
        return scalar.getValue();
    }

    private static int line(Node node) {
        return node.getStartMark().getLine() + 1;
    }

    private KeyRulesException error(Node node, String problem) {
        return error(line(node), problem);
    }

    private KeyRulesException error(int line, String problem) {
        return new KeyRulesException(location, line, problem);
    }
}
