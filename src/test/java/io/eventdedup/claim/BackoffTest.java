package io.eventdedup.claim;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BackoffTest {

    private final Backoff backoff = new Backoff(Duration.ofSeconds(5), Duration.ofMinutes(15));

    @Test
    void eachPauseIsTwiceTheOneBeforeUpToTheBound() {
        assertThat(IntStream.rangeClosed(1, 10)
                        .mapToObj(backoff::after)
                        .map(Duration::toSeconds)
                        .toList())
                .containsExactly(5L, 10L, 20L, 40L, 80L, 160L, 320L, 640L, 900L, 900L);
        for (int failures = 1; failures < 12; failures++) {
            assertThat(backoff.next(backoff.after(failures))).isEqualTo(backoff.after(failures + 1));
        }
    }

    @Test
    void anyNumberOfFailuresHasAPause() {
        assertThat(backoff.after(Integer.MAX_VALUE)).isEqualTo(backoff.longest());
        assertThat(backoff.after(0)).isEqualTo(backoff.first());
        assertThat(backoff.after(Integer.MIN_VALUE)).isEqualTo(backoff.first());
    }

    @Test
    void aBoundBelowTheFirstPauseHolds() {
        assertThat(new Backoff(Duration.ofSeconds(1), Duration.ofMillis(300)).after(1))
                .isEqualTo(Duration.ofMillis(300));
    }
}
