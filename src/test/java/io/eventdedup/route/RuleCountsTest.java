package io.eventdedup.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventdedup.event.Copy;
import io.eventdedup.event.EventInFlight;
import io.eventdedup.event.Outcome;
import io.eventdedup.event.TestDeliveries;
import io.eventdedup.key.EventKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RuleCountsTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final String KEY = "0123456789";

    private final RuleCounts counts = new RuleCounts("dedup", "a");

    @Test
    void eachOutcomeIsCounted() {
        for (Outcome outcome : Outcome.values()) {
            count(outcome, NOW);
        }
        count(Outcome.DEAD_LETTER, NOW);

        assertThat(counts.count(Outcome.FORWARDED)).isOne();
        assertThat(counts.count(Outcome.DEAD_LETTER)).isEqualTo(2);
        RuleCounts.Figures figures = counts.figures(NOW);
        assertThat(figures.events()).isEqualTo(6);
        assertThat(figures.forwarded()).isOne();
        assertThat(figures.filtered()).isOne();
        assertThat(figures.deadLetters()).isEqualTo(2);
        assertThat(figures.copies()).isEqualTo(2);
        assertThat(figures.returned()).isOne();
        assertThat(figures.lastSeen()).isEqualTo(NOW.toEpochMilli());
    }

    @Test
    void eachMinuteHasItsOwnNumberForAnHour() {
        count(Outcome.FORWARDED, NOW);
        count(Outcome.DUPLICATE, NOW.plus(MINUTE).minusMillis(1));
        count(Outcome.FORWARDED, later(2));

        assertThat(counts.figures(later(2)).minutes()).hasSize(60).endsWith(0, 2, 0, 1);
        assertThat(counts.figures(later(59)).minutes()).startsWith(2, 0, 1, 0);
        assertThat(counts.figures(later(60)).minutes()).startsWith(0, 1, 0);
        assertThat(counts.figures(later(1000)).minutes()).containsOnly(0);
    }

    @Test
    void aClockThatGoesBackForgetsNothing() {
        count(Outcome.FORWARDED, NOW);
        count(Outcome.FORWARDED, later(-5));

        assertThat(counts.figures(later(-5)).minutes()).endsWith(0, 2);
    }

    @Test
    void anEventThatComesAgainIsNoEventYet() {
        counts.count(event(KEY, true), Outcome.RETURNED, Optional.empty(), NOW);

        RuleCounts.Figures figures = counts.figures(NOW);
        assertThat(figures.events()).isZero();
        assertThat(figures.returned()).isOne();
        assertThat(figures.fallbacks()).isZero();
        assertThat(figures.minutes()).containsOnly(0);
    }

    @Test
    void anEventThatLacksAPartOfItsKeyIsCountedAsThat() {
        counts.count(event(KEY, true), Outcome.FORWARDED, Optional.empty(), NOW);
        count(Outcome.FORWARDED, NOW);

        assertThat(counts.fallbacks()).isOne();
    }

    @Test
    void copiesThatDifferAreCountedWithTheirFields() {
        copy(Copy.Content.SAME);
        copy(Copy.Content.UNKNOWN);
        copy(Copy.Content.DIFFERS, "/detail/a", "/detail/b");
        copy(Copy.Content.DIFFERS, "/detail/a");

        assertThat(counts.copies(Copy.Content.UNKNOWN)).isOne();
        assertThat(counts.copies(Copy.Content.DIFFERS)).isEqualTo(2);
        assertThat(counts.differing("/detail/a")).isEqualTo(2);
        assertThat(counts.figures(NOW).copies()).isEqualTo(4);
        assertThat(counts.figures(NOW).fields()).isEqualTo(Map.of("/detail/a", 2L, "/detail/b", 1L));
    }

    @Test
    void fromTheTwentyFirstOnFieldsAreOther() {
        copy(
                Copy.Content.DIFFERS,
                IntStream.rangeClosed(1, 30).mapToObj(i -> "/f" + i).toArray(String[]::new));
        copy(Copy.Content.DIFFERS, "/f20", "/f21", "/f22");

        assertThat(counts.fields())
                .hasSize(21)
                .containsEntry("/f1", 1L)
                .containsEntry("/f20", 2L)
                .containsEntry("other", 2L);
    }

    @Test
    void theNamesOfFieldsAreBoundedInLength() {
        copy(Copy.Content.DIFFERS, "/detail/" + "x".repeat(1000));

        assertThat(counts.fields().keySet()).singleElement().asString().hasSize(201);
    }

    @Test
    void theFirstCopyThatDiffersIsWarnedOfAtOnceAndTheRestWhenTheHourIsOver() {
        copy(Copy.Content.SAME);
        assertThat(counts.warning(NOW)).isEmpty();
        copy(Copy.Content.DIFFERS, "/x");
        assertThat(counts.warning(NOW))
                .hasValue("Rule a: 1 copy differs from what was forwarded, in /x (key 01234567, route dedup);"
                        + " if these are different events, add the fields to the rule's key");

        copy(Copy.Content.DIFFERS, "/y");
        counts.count(event("9876543210", false), Outcome.DUPLICATE, Optional.of(differs("/z", "/x")), NOW);
        assertThat(counts.warning(later(59))).isEmpty();

        assertThat(counts.warning(later(60)))
                .get()
                .asString()
                .startsWith("Rule a: 2 copies differ")
                .contains("in /x, /y, /z (key 98765432, ");
        assertThat(counts.warning(later(180))).isEmpty();
    }

    @Test
    void fieldsWithoutANameAreCalledThat() {
        copy(Copy.Content.DIFFERS);

        assertThat(counts.warning(NOW)).get().asString().contains("in fields that cannot be named");
    }

    private static Instant later(int minutes) {
        return NOW.plus(MINUTE.multipliedBy(minutes));
    }

    private void count(Outcome outcome, Instant now) {
        counts.count(event(KEY, false), outcome, Optional.empty(), now);
    }

    private void copy(Copy.Content content, String... fields) {
        counts.count(
                event(KEY, false),
                Outcome.DUPLICATE,
                Optional.of(new Copy(content, List.of(fields), Optional.empty())),
                NOW);
    }

    private static Copy differs(String... fields) {
        return new Copy(Copy.Content.DIFFERS, List.of(fields), Optional.empty());
    }

    private static EventInFlight event(String key, boolean fallback) {
        EventInFlight event = TestDeliveries.event("m");
        event.identify(new EventKey(key, Duration.ofMinutes(5), "g", "a", fallback, "type", Optional.empty()), null);
        return event;
    }
}
