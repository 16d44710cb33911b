package io.eventdedup.route;

import io.eventdedup.json.TextFile;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.camel.spi.PropertiesSource;

/** The {@value Settings#FILE} in the working directory, read by {@link TextFile}. Settings that it does not contain have their defaults. */
final class SettingsFile implements PropertiesSource {

    /** A Windows path such as {@code C:\\users} contains a malformed escape. */
    private static final Pattern MALFORMED_ESCAPE = Pattern.compile("\\\\u(?![0-9a-fA-F]{4})\\w*");

    private final Path path;
    private final String text;
    private final Properties properties = new Properties(Settings.packaged());

    private SettingsFile(Path path, String text) {
        this.path = path;
        this.text = text;
        try {
            properties.load(new StringReader(text));
        } catch (IOException | IllegalArgumentException malformed) {
            String found = MALFORMED_ESCAPE
                    .matcher(text)
                    .results()
                    .findFirst()
                    .map(escape -> ":" + lineAt(escape.start()) + ": found \"" + escape.group() + "\"; ")
                    .orElse(": " + malformed.getMessage() + "; ");
            throw new ConfigurationException(path + found + "write a backslash as \\\\, or / in a path", malformed);
        }
    }

    /**
     * Reads the file. A missing file counts as empty.
     *
     * @throws ConfigurationException if it cannot be read; for malformed text, the message names the line
     */
    static SettingsFile read(Path path) {
        try {
            return new SettingsFile(path, Files.exists(path) ? TextFile.read(path) : "");
        } catch (TextFile.NotTextException noText) {
            throw new ConfigurationException(path + ":" + noText.line() + ": " + noText.getMessage(), noText);
        } catch (IOException unreadable) {
            throw new ConfigurationException(
                    path + " cannot be read: " + unreadable + "; fix it or remove it", unreadable);
        }
    }

    @Override
    public String getName() {
        return path.toString();
    }

    @Override
    public String getProperty(String name) {
        return properties.getProperty(name);
    }

    /** The settings in the file, without defaults. */
    Map<String, String> lines() {
        return properties.keySet().stream()
                .map(String.class::cast)
                .collect(Collectors.toMap(name -> name, properties::getProperty));
    }

    /** The file and line that set this setting; empty if the file does not set it. */
    Optional<String> placeOf(String name) {
        List<Integer> starts = Pattern.compile("(?m)^[ \t\f]*" + Pattern.quote(name) + "(?=[ \t\f=:]|$)")
                .matcher(text)
                .results()
                .map(line -> line.end())
                .toList();
        return starts.stream().reduce((earlier, last) -> last).map(position -> path + ":" + lineAt(position));
    }

    private long lineAt(int position) {
        return 1 + text.substring(0, position).lines().skip(1).count();
    }
}
