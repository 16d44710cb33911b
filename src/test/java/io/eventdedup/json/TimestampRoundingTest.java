package io.eventdedup.json;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventdedup.key.Durations;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimestampRoundingTest {

    @ParameterizedTest
    @CsvSource({
        "'\"2026-03-10T09:15:48.201Z\"', 1s, 2026-03-10T09:15:48Z",
        "'\"2026-03-10T09:15:48.499999999Z\"', 1s, 2026-03-10T09:15:48Z",
        "'\"2026-03-10T09:15:48.500Z\"', 1s, 2026-03-10T09:15:49Z",
        "'\"2026-12-31T23:59:59.9Z\"', 1s, 2027-01-01T00:00:00Z",
        "'\"2026-03-10T10:15:48.201+01:00\"', 1s, 2026-03-10T09:15:48Z",
        "'\"2026-03-10T10:15:48.201+0100\"', 1s, 2026-03-10T09:15:48Z",
        "'\"2026-03-10T09:15:48.201\"', 1s, 2026-03-10T09:15:48Z",
        "'\"2026-03-10T09:15:48.201Z\"', 5m, 2026-03-10T09:15:00Z",
        "'\"2026-03-10T09:15:48.2014Z\"', 1ms, 2026-03-10T09:15:48.201Z",
        "'\"1969-12-31T23:59:59.600Z\"', 1s, 1970-01-01T00:00:00Z",
        "1773134148201, 1s, 2026-03-10T09:15:48Z",
        "1773134148501, 1s, 2026-03-10T09:15:49Z",
        "1773134148, 1s, 2026-03-10T09:15:48Z",
        "1773134148.5, 1s, 2026-03-10T09:15:49Z",
        "1.7731341485E9, 1s, 2026-03-10T09:15:49Z",
        "99999999999, 1s, 5138-11-16T09:46:39Z",
        "100000000000, 1s, 1973-03-03T09:46:40Z",
    })
    void aTimestampGoesToTheNearestMultiple(String json, String unit, String expected) throws JsonException {
        assertThat(rounded(json, unit)).isEqualTo("\"" + expected + "\"");
    }

    @ParameterizedTest
    @CsvSource({
        "'\"yesterday\"'",
        "'\"2026-03-10\"'",
        "'\"2026-13-10T09:15:48Z\"'",
        "'\"\"'",
        "true",
        "[1]",
        "999999999999999999",
        "12345678901234567890"
    })
    void whatIsNoTimestampStaysAsItIs(String json) throws JsonException {
        assertThat(rounded(json, "1s")).isEqualTo(json);
    }

    @Test
    @Timeout(120)
    void hugeExponentsAreNoTimestamps() throws JsonException {
        assertThat(rounded("1e999999999", "1s")).isEqualTo("Infinity");
        assertThat(rounded("1e-999999999", "1s")).isEqualTo("0.0");
        assertThat(rounded("1e99999999999", "1s")).isEqualTo("Infinity");
        assertThat(rounded("1e99", "1s")).isEqualTo("1e+99");
    }

    private static String rounded(String json, String unit) throws JsonException {
        Duration duration = Durations.parse(unit);
        return CanonicalJson.of(TimestampRounding.nearest(new JsonReader(json).document(), duration));
    }
}
