package io.eventdedup.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventdedup.event.Copy;
import io.eventdedup.event.Outcome;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RuleActivityTest {

    private static final long NOW = TimeUnit.DAYS.toMillis(20_000);
    private static final long MINUTE = TimeUnit.MINUTES.toMillis(1);

    private final RuleActivity activity = new RuleActivity();

    @Test
    void eachMinuteHasItsOwnNumberForAnHour() {
        count(Outcome.FORWARDED, NOW);
        count(Outcome.DUPLICATE, NOW + MINUTE - 1);
        count(Outcome.FORWARDED, NOW + 2 * MINUTE);

        assertThat(activity.figures(NOW + 2 * MINUTE).minutes()).hasSize(60).endsWith(0, 2, 0, 1);
        assertThat(activity.figures(NOW + 59 * MINUTE).minutes()).startsWith(2, 0, 1, 0);
        assertThat(activity.figures(NOW + 60 * MINUTE).minutes()).startsWith(0, 1, 0);
        assertThat(activity.figures(NOW + 1000 * MINUTE).minutes()).containsOnly(0);
    }

    @Test
    void aClockThatGoesBackForgetsNothing() {
        count(Outcome.FORWARDED, NOW);
        count(Outcome.FORWARDED, NOW - 5 * MINUTE);

        assertThat(activity.figures(NOW - 5 * MINUTE).minutes()).endsWith(0, 2);
    }

    @Test
    void anEventThatComesAgainIsNoEventYet() {
        count(Outcome.RETURNED, NOW);

        RuleActivity.Figures figures = activity.figures(NOW);
        assertThat(figures.events()).isZero();
        assertThat(figures.returned()).isOne();
        assertThat(figures.minutes()).containsOnly(0);
    }

    @Test
    void copiesThatDifferAreCountedWithTheirFields() {
        copy(Copy.Content.SAME);
        copy(Copy.Content.UNKNOWN);
        copy(Copy.Content.DIFFERS, "/detail/a", "/detail/b");
        copy(Copy.Content.DIFFERS, "/detail/a");

        RuleActivity.Figures figures = activity.figures(NOW);
        assertThat(figures.copies()).isEqualTo(4);
        assertThat(figures.differing()).isEqualTo(2);
        assertThat(figures.fields()).isEqualTo(Map.of("/detail/a", 2L, "/detail/b", 1L));
    }

    @Test
    void theFieldsAreBoundedInNumberAndLength() {
        for (int i = 0; i < 100; i++) {
            copy(Copy.Content.DIFFERS, "/detail/" + i + "x".repeat(1000));
        }

        Map<String, Long> fields = activity.figures(NOW).fields();
        assertThat(fields).hasSize(21).containsEntry("other", 80L);
        assertThat(fields.keySet()).allMatch(field -> field.length() <= 201);
    }

    private void count(Outcome outcome, long now) {
        activity.count(outcome, false, Optional.empty(), now);
    }

    private void copy(Copy.Content content, String... fields) {
        activity.count(
                Outcome.DUPLICATE, false, Optional.of(new Copy(content, List.of(fields), Optional.empty())), NOW);
    }
}
