package io.eventdedup.route;

import io.eventdedup.key.Durations;
import io.eventdedup.key.Replays;
import io.eventdedup.sqs.QueueName;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The {@code dedup.*} settings, checked. Where a setting is given more than once the first of these counts: the caller's
 * own value, the environment ({@code DEDUP_INPUT_QUEUE} for {@code dedup.input-queue}), {@code application.properties} in
 * the working directory, the copy in the jar.
 */
public final class Settings {

    static final String FILE = "application.properties";
    static final String PREFIX = "dedup.";
    private static final String DEFAULTS = "/META-INF/event-dedup/application.properties";

    private final Map<String, String> values;

    private Settings(Map<String, String> values) {
        this.values = values;
    }

    /**
     * Reads and checks the settings.
     *
     * @param overrides values that win over all others
     * @param environment usually {@link System#getenv()}
     * @param directory the working directory
     * @throws ConfigurationException if a setting is unknown, missing or makes no sense
     */
    public static Settings load(Map<String, String> overrides, Map<String, String> environment, Path directory) {
        Map<String, String> values = dedupValues(packaged());
        Map<String, String> ofFile = dedupValues(file(directory.resolve(FILE)));
        rejectUnknown(ofFile, values, FILE);
        rejectUnknown(overrides, values, "the given settings");
        for (String name : values.keySet()) {
            String variable = name.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
            String value = first(overrides.get(name), environment.get(variable), ofFile.get(name), values.get(name));
            values.put(name, value.trim());
        }
        Settings settings = new Settings(values);
        settings.check();
        return settings;
    }

    /**
     * Takes each setting from where the caller finds it, and checks them all.
     *
     * @param lookup the value of a setting by its full name; where it is empty the default counts
     * @throws ConfigurationException if a setting makes no sense
     */
    static Settings of(Function<String, Optional<String>> lookup) {
        Map<String, String> values = dedupValues(packaged());
        values.replaceAll(
                (name, byDefault) -> lookup.apply(name).orElse(byDefault).trim());
        Settings settings = new Settings(values);
        settings.check();
        return settings;
    }

    /** Every setting by its full name. */
    public Map<String, String> values() {
        return Map.copyOf(values);
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

    /** Of the rules that name none. */
    public Duration window() {
        return duration("dedup.window");
    }

    /** Where the rule file is; empty for the default place. */
    public String keys() {
        return values.get("dedup.keys");
    }

    /** What an archive replay counts as. */
    public Replays replays() {
        try {
            return Replays.parse(values.get("dedup.replays"));
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(e.getMessage(), e);
        }
    }

    /** Whether copies are forwarded too, marked, instead of dropped. */
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

    int pollers() {
        return number("dedup.pollers", 1);
    }

    int workers() {
        return number("dedup.workers", 1);
    }

    int cacheSize() {
        return number("dedup.cache-size", 0);
    }

    boolean mergeCalls() {
        return flag("dedup.merge-calls");
    }

    public int maxAttempts() {
        return number("dedup.max-attempts", 1);
    }

    /** 0 takes a free one. */
    public int httpPort() {
        return number("dedup.http.port", 0);
    }

    public boolean createResources() {
        return flag("dedup.create-resources");
    }

    /** Whether the process of its own shows its page. */
    public boolean page() {
        return flag("dedup.page");
    }

    private void check() {
        for (String name : new String[] {"input-queue", "output-queue", "dead-letter-queue", "table"}) {
            if (values.get(PREFIX + name).isEmpty()) {
                throw new ConfigurationException(PREFIX + name + " is empty; give it a value");
            }
        }
        for (String name : new String[] {"dedup.input-queue", "dedup.output-queue", "dedup.dead-letter-queue"}) {
            try {
                QueueName.parse(values.get(name));
            } catch (IllegalArgumentException noQueue) {
                throw new ConfigurationException(name + ": " + noQueue.getMessage(), noQueue);
            }
        }
        for (String name : new String[] {"dedup.output-queue", "dedup.dead-letter-queue"}) {
            if (QueueName.parse(values.get(name)).isCertainly(QueueName.parse(inputQueue()))) {
                throw new ConfigurationException(
                        name + " is also dedup.input-queue (" + inputQueue() + "); an event would come back for ever");
            }
        }
        Duration lease = lease();
        if (lease.compareTo(visibilityTimeout()) >= 0) {
            throw new ConfigurationException("dedup.lease (" + values.get("dedup.lease")
                    + ") must be shorter than dedup.visibility-timeout (" + values.get("dedup.visibility-timeout")
                    + "); otherwise a redelivered message always meets the claim of its own first delivery");
        }
        if (lease.compareTo(Duration.ofSeconds(2)) < 0) {
            throw new ConfigurationException("dedup.lease (" + values.get("dedup.lease")
                    + ") is shorter than 2s; calls to AWS must fit into an eighth of it");
        }
        if (visibilityTimeout().compareTo(Duration.ofHours(12)) > 0) {
            throw new ConfigurationException("dedup.visibility-timeout (" + values.get("dedup.visibility-timeout")
                    + ") is longer than the 12h that SQS allows");
        }
        window();
        clockSkew();
        pollers();
        workers();
        cacheSize();
        httpPort();
        maxAttempts();
        createResources();
        mergeCalls();
        page();
        replays();
        observes();
    }

    private Duration duration(String name) {
        Duration duration = duration(name, Duration.ZERO);
        if (duration.isZero()) {
            throw new ConfigurationException(name + " is " + values.get(name) + "; it must be longer than zero");
        }
        return duration;
    }

    private Duration duration(String name, Duration least) {
        Duration duration;
        try {
            duration = Durations.parse(values.get(name));
        } catch (IllegalArgumentException unreadable) {
            throw new ConfigurationException(
                    name + " is \"" + values.get(name) + "\"; write a number and a unit, for example 30s, 5m or 14d",
                    unreadable);
        }
        if (duration.compareTo(least) < 0) {
            throw new ConfigurationException(name + " is " + values.get(name) + "; it must not be negative");
        }
        return duration;
    }

    private int number(String name, int least) {
        try {
            int number = Integer.parseInt(values.get(name));
            if (number >= least) {
                return number;
            }
        } catch (NumberFormatException unreadable) {
            // said below
        }
        throw new ConfigurationException(
                name + " is \"" + values.get(name) + "\"; it must be a whole number of at least " + least);
    }

    private boolean flag(String name) {
        return choose(name, "true", "false");
    }

    /** Whether the setting is the first of the two values that it may have. */
    private boolean choose(String name, String first, String second) {
        String value = values.get(name);
        if (!value.equals(first) && !value.equals(second)) {
            throw new ConfigurationException("%s is \"%s\"; it must be %s or %s".formatted(name, value, first, second));
        }
        return value.equals(first);
    }

    private static void rejectUnknown(Map<String, String> given, Map<String, String> known, String where) {
        for (String name : given.keySet()) {
            if (!known.containsKey(name)) {
                throw new ConfigurationException("There is no setting " + name + " (in " + where
                        + "). The settings are " + String.join(", ", known.keySet()));
            }
        }
    }

    private static String first(String... candidates) {
        for (String candidate : candidates) {
            if (candidate != null) {
                return candidate;
            }
        }
        throw new IllegalArgumentException("no value");
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

    /** The application.properties that the jar was built with. */
    static Properties packaged() {
        Properties properties = new Properties();
        try (InputStream in = Settings.class.getResourceAsStream(DEFAULTS)) {
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties;
    }

    private static Properties file(Path file) {
        Properties properties = new Properties();
        if (Files.exists(file)) {
            try (Reader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
                properties.load(in);
            } catch (IOException | IllegalArgumentException unreadable) {
                throw new ConfigurationException(
                        file + " cannot be read: " + unreadable.getMessage() + "; fix it or take it away", unreadable);
            }
        }
        return properties;
    }
}
