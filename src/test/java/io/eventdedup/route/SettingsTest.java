package io.eventdedup.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventdedup.key.Replays;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {

    @TempDir
    Path directory;

    @Test
    void theDefaultsAreThoseOfTheDocumentation() {
        Settings settings = Settings.load(Map.of(), Map.of(), directory);

        assertThat(settings.inputQueue()).isEqualTo("GenesysEvents");
        assertThat(settings.outputQueue()).isEqualTo("GenesysProcessedEvents");
        assertThat(settings.deadLetterQueue()).isEqualTo("GenesysEventsDlq");
        assertThat(settings.table()).isEqualTo("GenesysEventDedup");
        assertThat(settings.window()).isEqualTo(Duration.ofMinutes(5));
        assertThat(settings.maxAttempts()).isEqualTo(5);
        assertThat(settings.keys()).isEmpty();
        assertThat(settings.replays()).isEqualTo(Replays.DROP);
    }

    @Test
    void theDocumentationHasEverySettingWithItsDefault() throws IOException {
        Map<String, String> documented = new TreeMap<>();
        for (String line : Files.readAllLines(Path.of("src/docs/settings.md"))) {
            if (line.startsWith("| dedup.")) {
                String[] cells = line.split("\\|");
                String[] names = cells[1].strip().split(", ");
                String[] defaults = cells[2].strip().split(", ");
                for (int i = 0; i < names.length; i++) {
                    documented.put(names[i], defaults[i]);
                }
            }
        }

        assertThat(documented)
                .containsExactlyInAnyOrderEntriesOf(
                        Settings.load(Map.of(), Map.of(), directory).values());
    }

    @Test
    void theFileInTheWorkingDirectoryWinsOverTheCopyInTheJar() throws IOException {
        Files.writeString(directory.resolve("application.properties"), "dedup.table=Mine\n");

        assertThat(Settings.load(Map.of(), Map.of(), directory).table()).isEqualTo("Mine");
    }

    @Test
    void theEnvironmentWinsOverTheFile() throws IOException {
        Files.writeString(directory.resolve("application.properties"), "dedup.input-queue=OfTheFile\n");

        Settings settings = Settings.load(Map.of(), Map.of("DEDUP_INPUT_QUEUE", "OfTheEnvironment"), directory);

        assertThat(settings.inputQueue()).isEqualTo("OfTheEnvironment");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-8", "UTF-16LE", "UTF-16BE"})
    void aFileWrittenOnWindowsIsReadAsAnyOther(String charset) throws IOException {
        String windows = "\uFEFFdedup.input-queue=in\r\ndedup.table=Tabelle-\u00e4\r\n\r\ndedup.lease=7s\r\n";
        Files.write(directory.resolve("application.properties"), windows.getBytes(Charset.forName(charset)));

        Settings settings = load();

        assertThat(settings.inputQueue()).isEqualTo("in");
        assertThat(settings.table()).isEqualTo("Tabelle-\u00e4");
        assertThat(settings.lease()).isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void placeholdersOfCamelAreResolved() throws IOException {
        file(
                "dedup.input-queue={{env:NOT_SET_HERE:}}in",
                "dedup.output-queue={{env:NOT_SET_HERE:{{name}}}}",
                "dedup.window={{sys:hours.of.the.test:24}}h",
                "dedup.table={{dedup.input-queue}}-{{name}}",
                "name=mine");

        Settings settings = Settings.load(Map.of(), Map.of("DEDUP_KEYS", "{{name}}.yaml"), directory);

        assertThat(settings.inputQueue()).isEqualTo("in");
        assertThat(settings.outputQueue()).isEqualTo("mine");
        assertThat(settings.window()).isEqualTo(Duration.ofHours(24));
        assertThat(settings.table()).isEqualTo("in-mine");
        assertThat(settings.keys()).isEqualTo("mine.yaml");
    }

    @Test
    void aPlaceholderMayStandForADefault() throws IOException {
        file("dedup.dead-letter-queue={{dedup.input-queue}}-dlq");

        assertThat(load().deadLetterQueue()).isEqualTo("GenesysEvents-dlq");
    }

    @Test
    void aPlaceholderWithoutAValueIsAnErrorThatNamesItsLine() throws IOException {
        file("# mine", "dedup.table={{env:NOT_SET_HERE}}");

        assertThatThrownBy(this::load)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith(
                        directory.resolve("application.properties") + ":2: dedup.table cannot be resolved")
                .hasMessageContaining("env:NOT_SET_HERE");
    }

    @Test
    void anErrorNamesWhereTheValueIsFrom() throws IOException {
        file("dedup.window=5m", "dedup.lease = soon", "dedup.workers=0");

        assertThatThrownBy(this::load)
                .hasMessageStartingWith(directory + "/application.properties:2: dedup.lease is \"soon\"");
        assertThatThrownBy(
                        () -> Settings.load(Map.of("dedup.lease", "10s"), Map.of("DEDUP_WORKERS", "many"), directory))
                .hasMessageStartingWith("DEDUP_WORKERS: dedup.workers is \"many\"");
    }

    @Test
    void aFileThatCannotBeReadIsNamedWithTheLineAndWhatWasFound() throws IOException {
        file("dedup.window=5m", "dedup.keys=C:\\users\\rules.yaml");
        assertThatThrownBy(this::load)
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(
                        directory + "/application.properties:2: found \"\\users\"; write a backslash as \\\\, or / in a"
                                + " path");

        file("dedup.window=5m", "dedup.keys=C:\\temp\\rules.yaml");
        assertThatThrownBy(this::load)
                .hasMessageContaining("application.properties:2: dedup.keys contains a control character");

        Files.write(directory.resolve("application.properties"), new byte[] {'#', '\n', '#', (byte) 0xE4, '\n'});
        assertThatThrownBy(this::load)
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(directory
                        + "/application.properties:2: found the byte 0xE4, which is not UTF-8; save the file as"
                        + " UTF-8");
    }

    private void file(String... lines) throws IOException {
        Files.write(directory.resolve("application.properties"), List.of(lines));
    }

    private Settings load() {
        return Settings.load(Map.of(), Map.of(), directory);
    }

    @Test
    void anUnknownSettingIsNamed() throws IOException {
        Files.writeString(directory.resolve("application.properties"), "dedup.windw=5m\n");

        assertThatThrownBy(() -> Settings.load(Map.of(), Map.of(), directory))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("dedup.windw")
                .hasMessageContaining("dedup.window");
    }

    @ParameterizedTest
    @CsvSource({
        "dedup.lease, 30s, must be shorter than dedup.visibility-timeout",
        "dedup.lease, 1s, shorter than 2s",
        "dedup.window, -5m, dedup.window",
        "dedup.window, soon, for example 30s",
        "dedup.visibility-timeout, 13h, 12h that SQS allows",
        "dedup.workers, 0, at least 1",
        "dedup.max-attempts, many, whole number",
        "dedup.cache-size, -1, at least 0",
        "dedup.create-resources, yes, true or false",
        "dedup.output-queue, GenesysEvents, come back forever",
        "dedup.table, '', is empty",
        "dedup.mode, watch, must be observe or drop",
        "dedup.replays, pas, must be drop or pass",
    })
    void aValueThatMakesNoSenseIsRefusedInOneLine(String setting, String value, String said) {
        assertThatThrownBy(() -> Settings.load(Map.of(setting, value), Map.of(), directory))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(setting)
                .hasMessageContaining(said)
                .message()
                .doesNotContain("\n");
    }
}
