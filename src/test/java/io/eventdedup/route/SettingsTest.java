package io.eventdedup.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventdedup.key.Replays;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
        "dedup.output-queue, GenesysEvents, come back for ever",
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
