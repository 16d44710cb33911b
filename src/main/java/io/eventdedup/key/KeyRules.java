package io.eventdedup.key;

import io.eventdedup.json.CanonicalJson;
import io.eventdedup.json.Json;
import io.eventdedup.json.Json.JsonString;
import io.eventdedup.json.TextFile;
import io.eventdedup.json.TimestampRounding;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The checked rules of one rule file. Immutable and safe for concurrent use.
 *
 * <p>The first rule whose glob matches the event's detail-type names the parts of the key. The key is the SHA-256 of their
 * {@link KeyMaterial material}. If a required part is missing, a {@link KeyRule#fallbacks fallback} replaces them, which always
 * includes more of the event. With {@link Replays#PASS}, the key of an event from an archive replay is the SHA-256 of
 * {@code ["REPLAY-NAME", "KEY"]} instead.
 *
 * <p>The rule of each detail-type is cached, so the number of rules does not affect the speed.
 */
public final class KeyRules {

    /** The rule file that is looked for first, in the working directory. */
    public static final String FILE = "routes/event-keys.yaml";

    /** The copy in the jar. */
    private static final String PACKAGED = "META-INF/event-dedup/event-keys.yaml";

    private static final String CLASSPATH = "classpath:";
    private static final int REMEMBERED_TYPES = 1000;
    private static final int REMEMBERED_TYPE_LENGTH = 256;

    /** What SQS accepts as a message group. */
    private static final Pattern GROUP = Pattern.compile("[!-~]{1,128}");

    private final List<KeyRule> rules;
    private final Replays replays;
    private final Map<String, KeyRule> ruleOfType = new ConcurrentHashMap<>();

    KeyRules(List<KeyRule> rules) {
        this(rules, Replays.DROP);
    }

    private KeyRules(List<KeyRule> rules, Replays replays) {
        this.rules = List.copyOf(rules);
        this.replays = replays;
    }

    /** The number of rules. */
    public int size() {
        return rules.size();
    }

    /**
     * A rule as written in the file.
     *
     * @param rule its glob, which is its name in metrics and log
     * @param line its line in the rule file
     * @param text its text in the rule file
     */
    public record Source(String rule, int line, String text) {}

    /** All rules as written, in the order of the file. */
    public List<Source> sources() {
        return rules.stream()
                .map(rule -> new Source(rule.match().text(), rule.line(), rule.text()))
                .toList();
    }

    /** The shortest window of all rules. */
    public Duration shortestWindow() {
        return rules.stream().map(KeyRule::window).min(Duration::compareTo).orElseThrow();
    }

    /** These rules with another treatment of archive replays; by default they are dropped. */
    public KeyRules withReplays(Replays taken) {
        return new KeyRules(rules, taken);
    }

    /** {@value #FILE} in the working directory if there is one, else the copy on the class path. */
    public static String defaultLocation() {
        if (Files.exists(Path.of(FILE))) {
            return FILE;
        }
        return Stream.of(FILE, Path.of(FILE).getFileName().toString())
                .filter(resource -> KeyRules.class.getClassLoader().getResource(resource) != null)
                .findFirst()
                .map(resource -> CLASSPATH + resource)
                .orElse(CLASSPATH + PACKAGED);
    }

    /** The location of the rules for a value of {@code dedup.keys}; blank means {@link #defaultLocation}. */
    public static String location(String setting) {
        return setting.isBlank() ? defaultLocation() : setting;
    }

    /**
     * Loads a rule file.
     *
     * @param location a file, or a resource as {@code classpath:NAME}
     * @param defaultWindow the window of rules that do not set one
     * @throws KeyRulesException if it cannot be read, or a rule in it is invalid
     */
    public static KeyRules load(String location, Duration defaultWindow) {
        if (!location.startsWith(CLASSPATH)) {
            return load(Path.of(location), defaultWindow);
        }
        String name = location.substring(CLASSPATH.length());
        try (InputStream in = KeyRules.class.getClassLoader().getResourceAsStream(name)) {
            if (in == null) {
                throw new KeyRulesException(location, "there is no such resource");
            }
            return parse(location, in.readAllBytes(), defaultWindow);
        } catch (IOException e) {
            throw new KeyRulesException(location, "cannot be read: " + e);
        }
    }

    /**
     * Loads a rule file.
     *
     * @param defaultWindow the window of rules that do not set one
     * @throws KeyRulesException if it cannot be read, or a rule in it is invalid
     */
    public static KeyRules load(Path file, Duration defaultWindow) {
        try {
            return parse(file.toString(), Files.readAllBytes(file), defaultWindow);
        } catch (NoSuchFileException e) {
            throw new KeyRulesException(file.toString(), "there is no such file");
        } catch (IOException e) {
            throw new KeyRulesException(file.toString(), "cannot be read: " + e);
        }
    }

    private static KeyRules parse(String location, byte[] content, Duration defaultWindow) {
        try {
            return new KeyRules(new KeyRuleFile(location, defaultWindow).parse(TextFile.text(content)));
        } catch (TextFile.NotTextException e) {
            throw new KeyRulesException(location, e.line(), e.getMessage());
        }
    }

    List<KeyRule> rules() {
        return rules;
    }

    /** The first rule that matches; the last one matches everything. */
    KeyRule ruleOf(String detailType) {
        KeyRule known = ruleOfType.get(detailType);
        return known == null ? remember(detailType, firstMatch(detailType)) : known;
    }

    /** Clears the cache when it is full: real traffic has fewer types, and made-up types must not fill the memory. */
    private KeyRule remember(String detailType, KeyRule rule) {
        if (detailType.length() <= REMEMBERED_TYPE_LENGTH) {
            if (ruleOfType.size() >= REMEMBERED_TYPES) {
                ruleOfType.clear();
            }
            ruleOfType.put(detailType, rule);
        }
        return rule;
    }

    private KeyRule firstMatch(String detailType) {
        return rules.stream()
                .filter(rule -> rule.match().matches(detailType))
                .findFirst()
                .orElseThrow();
    }

    /** The key of an event. Every usable event has one. */
    public EventKey keyOf(UsableEvent event) {
        KeyRule rule = ruleOf(event.detailType());
        byte[] material = rule.recipe().material(event.envelope());
        boolean fallback = material == null;
        if (fallback) {
            material = fallback(event).material(event.envelope());
        }
        String hash = KeyMaterial.hash(material);
        JsonString replay = replayInKeyOf(event);
        if (replay != null) {
            hash = KeyMaterial.hash(KeyMaterial.of(new StringBuilder("[" + CanonicalJson.of(replay) + ", \"")
                    .append(hash)
                    .append("\"]")));
        }
        return new EventKey(
                hash,
                rule.window(),
                group(rule, event, hash),
                rule.match().text(),
                fallback,
                event.detailType(),
                Optional.ofNullable(TimestampRounding.instantOf(event.envelope().get("time"))));
    }

    /** The sketch of an event's content, to compare it with that of its original. */
    public ContentSketch sketchOf(UsableEvent event) {
        return ContentSketch.of(event, ruleOf(event.detailType()).notSketched());
    }

    /** The window of each rule by the rule's name in {@link EventKey#rule}. */
    public Map<String, Duration> windows() {
        Map<String, Duration> windows = new LinkedHashMap<>();
        rules.forEach(rule -> windows.putIfAbsent(rule.match().text(), rule.window()));
        return windows;
    }

    /** The name of the archive replay if the event's key includes it, or null. */
    JsonString replayInKeyOf(UsableEvent event) {
        return replays.inKeyOf(event);
    }

    /** The first fallback whose parts the event all has. The last one is the whole detail, which every usable event has. */
    static KeyRecipe fallback(UsableEvent event) {
        return KeyRule.fallbacks(event.detailType()).stream()
                .filter(recipe -> recipe.parts().stream().allMatch(part -> part.find(event.envelope()) != null))
                .findFirst()
                .orElseThrow();
    }

    /** The rule for a detail-type, to show or to change; its match is the detail-type. */
    public RuleDraft draft(String detailType) {
        KeyRule rule = ruleOf(detailType);
        return new RuleDraft(
                detailType,
                rule.recipe().parts().stream()
                        .map(part -> new RuleDraft.Part(part.pointer(), part.optional()))
                        .toList(),
                List.copyOf(rule.exclude()),
                rule.round(),
                rule.window(),
                rule.group());
    }

    private static String group(KeyRule rule, UsableEvent event, String hash) {
        Json value = rule.group() == null ? null : rule.group().find(event.envelope());
        if (value == null || value.isEmpty()) {
            return hash;
        }
        String group = value instanceof JsonString string ? string.value() : CanonicalJson.of(value);
        return GROUP.matcher(group).matches() ? group : KeyMaterial.hash(KeyMaterial.of(JsonString.of(group)));
    }
}
