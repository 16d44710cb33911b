package io.eventdedup.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventdedup.claim.TestClock;
import io.eventdedup.event.Copy;
import io.eventdedup.event.EventInFlight;
import io.eventdedup.event.TestDeliveries;
import io.eventdedup.key.EventKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DifferencesTest {

    private final TestClock clock = new TestClock(Instant.parse("2026-03-01T12:00:00Z"));
    private final Differences differences = new Differences(clock);

    private List<String> note(String rule, String key, String... fields) {
        EventInFlight event = TestDeliveries.event("m");
        event.identify(new EventKey(key, Duration.ofMinutes(5), "g", rule, false, "type", Optional.empty()), null);
        return differences.note(event, new Copy(Copy.Content.DIFFERS, List.of(fields), Optional.empty()));
    }

    @Test
    void theFirstIsToldAtOnceAndTheRestWhenTheHourIsOver() {
        note("a", "0123456789", "/x");
        assertThat(differences.due())
                .containsExactly(
                        "Rule a: 1 copy differs from what was forwarded, in /x (key 01234567); if these are events of"
                                + " their own, add the fields to the rule's key");

        note("a", "0123456789", "/y");
        clock.move(Duration.ofMinutes(59));
        note("a", "9876543210", "/z", "/x");
        assertThat(differences.due()).isEmpty();

        clock.move(Duration.ofMinutes(1));
        assertThat(differences.due())
                .singleElement()
                .asString()
                .startsWith("Rule a: 2 copies differ")
                .contains("in /x, /y, /z (key 98765432)");
        clock.move(Duration.ofHours(2));
        assertThat(differences.due()).isEmpty();
    }

    @Test
    void eachRuleHasItsOwnHour() {
        note("a", "0123456789", "/x");
        differences.due();
        note("b", "0123456789");

        assertThat(differences.due())
                .singleElement()
                .asString()
                .startsWith("Rule b: 1 copy differs")
                .contains("in fields that cannot be named");
    }

    @Test
    void fromTheTwentyFirstOnFieldsOfARuleAreOther() {
        String[] names = IntStream.rangeClosed(1, 30).mapToObj(i -> "/f" + i).toArray(String[]::new);

        assertThat(note("a", "0123456789", names))
                .hasSize(21)
                .startsWith("/f1")
                .contains("/f20")
                .endsWith("other");
        assertThat(note("a", "0123456789", "/f20", "/f21", "/f22")).containsExactly("/f20", "other");
        assertThat(note("b", "0123456789", "/f21")).containsExactly("/f21");
    }
}
