package io.eventdedup.route;

import io.eventdedup.key.Durations;
import io.eventdedup.key.Replays;
import io.eventdedup.sqs.QueueName;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.camel.component.properties.PropertiesComponent;
import org.apache.camel.util.IOHelper;

/**
 * The {@code dedup.*} settings. They are read by Camel's properties component, so its placeholders work in every value (Camel's manual,
 * "Using PropertyPlaceholder"), and then checked. If a setting has several sources, the first of these wins: the caller, the environment
 * ({@code DEDUP_INPUT_QUEUE} for {@code dedup.input-queue}), a system property, {@code application.properties} in the working directory,
 * the defaults in the jar.
 */
public final class Settings {

    static final String FILE = "application.properties";
    static final String PREFIX = "dedup.";
    private static final String DEFAULTS = "/META-INF/event-dedup/application.properties";

    private final Map<String, String> values = dedupValues(packaged());
    private final Map<String, String> places = new HashMap<>();
    private final Map<String, String> ofFile;

    private Settings(Map<String, String> ofFile) {
        this.ofFile = ofFile;
    }

    /**
     * Reads and checks the settings.
     *
     * @param overrides values with the highest priority
     * @param environment usually {@link System#getenv()}
     * @param directory the working directory
     * @throws ConfigurationException if a setting is unknown, missing or invalid
     */
    public static Settings load(Map<String, String> overrides, Map<String, String> environment, Path directory) {
        SettingsFile file = SettingsFile.read(directory.resolve(FILE));
        Settings settings = new Settings(file.lines());
        file.lines()
                .keySet()
                .forEach(name -> settings.rejectUnknown(name, file.placeOf(name).orElse(FILE)));
        overrides.keySet().forEach(name -> settings.rejectUnknown(name, "the given settings"));
        Properties given = new Properties();
        for (String name : settings.values.keySet()) {
            String variable = IOHelper.normalizeEnvironmentVariable(name);
            if (overrides.containsKey(name)) {
                given.setProperty(name, overrides.get(name));
            } else if (environment.containsKey(variable)) {
                given.setProperty(name, environment.get(variable));
                settings.places.put(name, variable);
            } else {
                file.placeOf(name).ifPresent(place -> settings.places.put(name, place));
            }
        }
        PropertiesComponent properties = new PropertiesComponent();
        properties.setLocalProperties(given);
        properties.addPropertiesSource(file);
        properties.build();
        settings.resolve(properties);
        return settings;
    }

    /**
     * Reads the settings from Camel, which also knows the defaults, and checks them.
     *
     * @throws ConfigurationException if a setting is invalid
     */
    static Settings of(org.apache.camel.spi.PropertiesComponent properties) {
        Settings settings = new Settings(Map.of());
        settings.resolve(properties);
        return settings;
    }

    private void resolve(org.apache.camel.spi.PropertiesComponent properties) {
        values.replaceAll((name, byDefault) -> {
            try {
                String value = properties.parseUri("{{?" + name + "}}");
                return value == null ? byDefault : value.trim();
            } catch (IllegalArgumentException unresolved) {
                throw wrong(
                        name,
                        " cannot be resolved: " + unresolved.getMessage()
                                + "; give it a value, or a default as in {{env:NAME:default}}",
                        unresolved);
            }
        });
        check();
    }

    /** The values of all settings, by full name. */
    public Map<String, String> values() {
        return Map.copyOf(values);
    }

    /** The properties for Camel: all lines of the file unchanged, and the resolved settings. */
    public Map<String, String> forCamel() {
        Map<String, String> all = new HashMap<>(ofFile);
        all.putAll(values);
        return all;
    }

    public String inputQueue() {
        return values.get("dedup.input-queue");
    }

    public String outputQueue() {
        return values.get("dedup.output-queue");
    }

    public String deadLetterQueue() {
        return values.get("dedup.dead-letter-queue");
    }

    public String table() {
        return values.get("dedup.table");
    }

    /** The window of rules that do not set one. */
    public Duration window() {
        return duration("dedup.window");
    }

    /** The place of the rule file; empty for the default. */
    public String keys() {
        return values.get("dedup.keys");
    }

    /** How events from an archive replay are handled. */
    public Replays replays() {
        return choose("dedup.replays", "drop", "pass") ? Replays.DROP : Replays.PASS;
    }

    /** Whether duplicates are marked and forwarded instead of dropped. */
    public boolean observes() {
        return choose("dedup.mode", "observe", "drop");
    }

    public Duration lease() {
        return duration("dedup.lease");
    }

    public Duration visibilityTimeout() {
        return duration("dedup.visibility-timeout");
    }

    Duration clockSkew() {
        return duration("dedup.clock-skew", Duration.ZERO);
    }

    /** The number of threads that receive messages. */
    public int pollers() {
        return number("dedup.pollers", 1);
    }

    /** The number of threads that process messages, which limits the messages in flight. */
    public int workers() {
        return number("dedup.workers", 1);
    }

    int cacheSize() {
        return number("dedup.cache-size", 0);
    }

    boolean mergeCalls() {
        return flag("dedup.merge-calls");
    }

    int outageAfter() {
        return number("dedup.outage-after", 0);
    }

    /** The prefix of every key in the table; usually empty. */
    public String keyPrefix() {
        return values.get("dedup.key-prefix");
    }

    public int maxAttempts() {
        return number("dedup.max-attempts", 1);
    }

    /** The port of the HTTP server; 0 means any free port. */
    public int httpPort() {
        return number("dedup.http.port", 0);
    }

    public boolean createResources() {
        return flag("dedup.create-resources");
    }

    /** Whether the stand-alone process serves its page. */
    public boolean page() {
        return flag("dedup.page");
    }

    private void check() {
        values.forEach((name, value) -> {
            if (value.chars().anyMatch(Character::isISOControl)) {
                throw wrong(
                        name,
                        " contains a control character; in " + FILE + " write a backslash as \\\\, or / in a path");
            }
        });
        for (String name :
                new String[] {"dedup.input-queue", "dedup.output-queue", "dedup.dead-letter-queue", "dedup.table"}) {
            if (values.get(name).isEmpty()) {
                throw wrong(name, " is empty; give it a value");
            }
        }
        for (String name : new String[] {"dedup.input-queue", "dedup.output-queue", "dedup.dead-letter-queue"}) {
            try {
                QueueName.parse(values.get(name));
            } catch (IllegalArgumentException noQueue) {
                throw wrong(name, ": " + noQueue.getMessage(), noQueue);
            }
        }
        for (String name : new String[] {"dedup.output-queue", "dedup.dead-letter-queue"}) {
            if (QueueName.parse(values.get(name)).isCertainly(QueueName.parse(inputQueue()))) {
                throw wrong(
                        name, " is also dedup.input-queue (" + inputQueue() + "); an event would come back forever");
            }
        }
        Duration lease = lease();
        if (lease.compareTo(visibilityTimeout()) >= 0) {
            throw wrong(
                    "dedup.lease",
                    " (" + values.get("dedup.lease")
                            + ") must be shorter than dedup.visibility-timeout ("
                            + values.get("dedup.visibility-timeout")
                            + "); otherwise a redelivered message always finds the claim of its own first delivery");
        }
        if (lease.compareTo(Duration.ofSeconds(2)) < 0) {
            throw wrong(
                    "dedup.lease",
                    " (" + values.get("dedup.lease")
                            + ") is shorter than 2s; calls to AWS must fit into an eighth of it");
        }
        if (visibilityTimeout().compareTo(Duration.ofHours(12)) > 0) {
            throw wrong(
                    "dedup.visibility-timeout",
                    " (" + values.get("dedup.visibility-timeout") + ") is longer than the 12h that SQS allows");
        }
        window();
        clockSkew();
        pollers();
        workers();
        cacheSize();
        httpPort();
        maxAttempts();
        outageAfter();
        createResources();
        mergeCalls();
        page();
        replays();
        observes();
    }

    private Duration duration(String name) {
        Duration duration = duration(name, Duration.ZERO);
        if (duration.isZero()) {
            throw wrong(name, " is " + values.get(name) + "; it must be longer than zero");
        }
        return duration;
    }

    private Duration duration(String name, Duration min) {
        Duration duration;
        try {
            duration = Durations.parse(values.get(name));
        } catch (IllegalArgumentException unreadable) {
            throw wrong(
                    name,
                    " is \"" + values.get(name) + "\"; write a number and a unit, for example 30s, 5m or 14d",
                    unreadable);
        }
        if (duration.compareTo(min) < 0) {
            throw wrong(name, " is " + values.get(name) + "; it must not be negative");
        }
        return duration;
    }

    private int number(String name, int min) {
        try {
            int number = Integer.parseInt(values.get(name));
            if (number >= min) {
                return number;
            }
        } catch (NumberFormatException unreadable) {
            // reported below
        }
        throw wrong(name, " is \"" + values.get(name) + "\"; it must be a whole number of at least " + min);
    }

    private boolean flag(String name) {
        return choose(name, "true", "false");
    }

    /** Whether the setting is the first of the two values that it may have. */
    private boolean choose(String name, String first, String second) {
        String value = values.get(name);
        if (!value.equals(first) && !value.equals(second)) {
            throw wrong(name, " is \"%s\"; it must be %s or %s".formatted(value, first, second));
        }
        return value.equals(first);
    }

    private void rejectUnknown(String name, String where) {
        if (name.startsWith(PREFIX) && !values.containsKey(name)) {
            throw new ConfigurationException("There is no setting " + name + " (in " + where + "). The settings are "
                    + String.join(", ", values.keySet()));
        }
    }

    private ConfigurationException wrong(String name, String problem) {
        return wrong(name, problem, null);
    }

    /** The message begins with the file and line, or the environment variable, that sets the value. */
    private ConfigurationException wrong(String name, String problem, Exception cause) {
        String place = places.containsKey(name) ? places.get(name) + ": " : "";
        return new ConfigurationException(place + name + problem, cause);
    }

    private static Map<String, String> dedupValues(Properties properties) {
        Map<String, String> values = new TreeMap<>();
        for (String name : properties.stringPropertyNames()) {
            if (name.startsWith(PREFIX)) {
                values.put(name, properties.getProperty(name));
            }
        }
        return values;
    }

    /** The application.properties in the jar, which contain the defaults. */
    static Properties packaged() {
        Properties properties = new Properties();
        try (InputStream in = Settings.class.getResourceAsStream(DEFAULTS)) {
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties;
    }
}
