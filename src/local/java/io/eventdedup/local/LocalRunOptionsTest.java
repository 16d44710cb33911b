package io.eventdedup.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LocalRunOptionsTest {

    @Test
    void withoutAnyItMakesFiveThousandMessagesAndStops() {
        assertThat(options(Map.of())).isEqualTo(new LocalRunOptions(Optional.empty(), 5_000, 1, false, 0, 0));
    }

    @Test
    void takesAllOfThem() {
        Map<String, String> given = Map.of(
                "events",
                "own.jsonl",
                "count",
                "7",
                "seed",
                "-3",
                "keep",
                "",
                "sqs.port",
                "9324",
                "dynamodb.port",
                "1");

        assertThat(options(given))
                .isEqualTo(new LocalRunOptions(Optional.of(Path.of("own.jsonl")), 7, -3, true, 9324, 1));
    }

    @ParameterizedTest
    @CsvSource({"true, true", "'', true", "false, false"})
    void keepNeedsNoValue(String given, boolean kept) {
        assertThat(options(Map.of("keep", given)).keep()).isEqualTo(kept);
    }

    @ParameterizedTest
    @ValueSource(strings = {"many", "0", "-1", "1.5", "", "99999999999999999999"})
    void aCountThatIsNoneIsRefusedByName(String count) {
        assertThatThrownBy(() -> options(Map.of("count", count)))
                .isInstanceOf(BadInputException.class)
                .hasMessageStartingWith("-Dcount=" + count + ": ");
    }

    @Test
    void aPortOutOfRangeIsRefused() {
        assertThatThrownBy(() -> options(Map.of("sqs.port", "65536")))
                .isInstanceOf(BadInputException.class)
                .hasMessageStartingWith("-Dsqs.port=65536: ");
    }

    private static LocalRunOptions options(Map<String, String> given) {
        Properties properties = new Properties();
        properties.putAll(given);
        return LocalRunOptions.from(properties);
    }
}
