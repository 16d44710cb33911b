package io.eventdedup.key;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
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
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The rules of one rule file, checked. Immutable and safe for concurrent use.
 *
 * <p>The key of an event: the first rule whose glob matches the detail-type names the parts; their values make the
 * {@link KeyMaterial material}; its SHA-256 is the key. When a required part is missing, the parts of a
 * {@link KeyRule#fallbacks fall-back} take their place, always more of the event than the rule takes. An archive replay
 * that is to {@link Replays#PASS pass} has the SHA-256 of {@code ["REPLAY-NAME", "KEY"]} instead.
 *
 * <p>The rule of a detail-type is cached, so the number of rules does not matter.
 */
public final class KeyRules {

    /** The rule file looked for first, in the working directory. */
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
    private final Cache<String, KeyRule> ruleOfType =
            Caffeine.newBuilder().maximumSize(REMEMBERED_TYPES).build();

    KeyRules(List<KeyRule> rules) {
        this(rules, Replays.DROP);
    }

    private KeyRules(List<KeyRule> rules, Replays replays) {
        this.rules = List.copyOf(rules);
        this.replays = replays;
    }

    /** How many there are. */
    public int size() {
        return rules.size();
    }

    /**
     * A rule as people wrote it.
     *
     * @param rule its glob, by which metrics and log name it
     * @param line its line in the rule file
     * @param text its lines there
     */
    public record Source(String rule, int line, String text) {}

    /** All rules as they were written, in the order of the file. */
    public List<Source> sources() {
        return rules.stream()
                .map(rule -> new Source(rule.match().text(), rule.line(), rule.text()))
                .toList();
    }

    /** The shortest time for which one of them remembers a key. */
    public Duration shortestWindow() {
        return rules.stream().map(KeyRule::window).min(Duration::compareTo).orElseThrow();
    }

    /** These rules, with archive replays taken as given; without it they are dropped as copies. */
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

    /** Where the rules are, by the setting {@code dedup.keys}: blank stands for {@link #defaultLocation}. */
    public static String location(String setting) {
        return setting.isBlank() ? defaultLocation() : setting;
    }

    /**
     * Loads a rule file.
     *
     * @param location a file, or a resource as {@code classpath:NAME}
     * @param defaultWindow for the rules that name none
     * @throws KeyRulesException if it cannot be read, or any rule in it makes no sense
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
     * @param defaultWindow for the rules that name none
     * @throws KeyRulesException if it cannot be read, or any rule in it makes no sense
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
        return detailType.length() > REMEMBERED_TYPE_LENGTH
                ? firstMatch(detailType)
                : ruleOfType.get(detailType, this::firstMatch);
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

    /** What an event says, to be compared with what its original said. */
    public ContentSketch sketchOf(UsableEvent event) {
        return ContentSketch.of(event, ruleOf(event.detailType()).notSketched());
    }

    /** The window of each rule, by the name that {@link EventKey#rule} gives the rule. */
    public Map<String, Duration> windows() {
        Map<String, Duration> windows = new LinkedHashMap<>();
        rules.forEach(rule -> windows.putIfAbsent(rule.match().text(), rule.window()));
        return windows;
    }

    /** The name of the archive replay that is in the event's key, or null. */
    JsonString replayInKeyOf(UsableEvent event) {
        return replays.inKeyOf(event);
    }

    /** The first fall-back that the event has every part of; the last is the whole detail, which a usable event has. */
    static KeyRecipe fallback(UsableEvent event) {
        return KeyRule.fallbacks(event.detailType()).stream()
                .filter(recipe -> recipe.parts().stream().allMatch(part -> part.find(event.envelope()) != null))
                .findFirst()
                .orElseThrow();
    }

    /** The rule for a detail-type as text, to be shown or changed; its match is the detail-type. */
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
