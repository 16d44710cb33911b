package io.eventdedup.claim;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CompletedKeysTest {

    private static final int SIZE = 100;
    private static final Original ORIGINAL = new Original(Content.of(new byte[] {1}), Optional.empty());

    private final TestClock clock = new TestClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final Instant later = clock.instant().plus(Duration.ofSeconds(50));

    @Test
    void theNewestKeysAreRememberedHoweverManyWereThereBefore() {
        CompletedKeys finished = new CompletedKeys(SIZE, clock);
        IntStream.range(0, 10 * SIZE).forEach(i -> finished.add("key " + i, later, ORIGINAL));

        assertThat(IntStream.range(9 * SIZE, 10 * SIZE).mapToObj(i -> "key " + i))
                .allMatch(finished::contains);
        assertThat(finished.contains("key 0")).isFalse();
        assertThat(finished.size()).isEqualTo(SIZE);
    }

    @Test
    void aKeyThatIsFinishedAgainIsNew() {
        CompletedKeys finished = new CompletedKeys(2, clock);
        finished.add("a", later, ORIGINAL);
        finished.add("b", later, ORIGINAL);
        finished.add("a", later, ORIGINAL);
        finished.add("c", later, ORIGINAL);

        assertThat(finished.contains("a")).isTrue();
        assertThat(finished.contains("b")).isFalse();
    }

    @Test
    void aKeyIsRememberedUntilItsWindowEnds() {
        CompletedKeys finished = new CompletedKeys(SIZE, clock);
        finished.add("a", later, ORIGINAL);
        clock.move(Duration.ofSeconds(50).minusMillis(1));
        assertThat(finished.contains("a")).isTrue();

        clock.move(Duration.ofMillis(1));

        assertThat(finished.contains("a")).isFalse();
    }

    @Test
    void aKeyThatTheTableRemembersLongerIsAskedForAgainAfterAMinute() {
        CompletedKeys finished = new CompletedKeys(SIZE, clock);
        finished.add("a", clock.instant().plus(Duration.ofDays(14)), ORIGINAL);
        clock.move(CompletedKeys.MAX_AGE.minusMillis(1));
        assertThat(finished.contains("a")).isTrue();

        clock.move(Duration.ofMillis(1));

        assertThat(finished.contains("a")).isFalse();
    }

    @Test
    void whatIsForgottenIsNotContained() {
        CompletedKeys finished = new CompletedKeys(SIZE, clock);
        finished.add("a", later, ORIGINAL);
        finished.add("b", later, ORIGINAL);

        finished.remove("a");
        assertThat(finished.contains("a")).isFalse();
        finished.clear();
        assertThat(finished.contains("b")).isFalse();
    }

    @Test
    void aKeyWhoseRowHasNoEndIsLeftToTheTable() {
        CompletedKeys finished = new CompletedKeys(SIZE, clock);
        finished.add("a", Instant.MAX, ORIGINAL);

        assertThat(finished.contains("a")).isFalse();
    }

    @Test
    void sizeZeroRemembersNothing() {
        CompletedKeys finished = new CompletedKeys(0, clock);
        finished.add("a", later, ORIGINAL);

        assertThat(finished.contains("a")).isFalse();
    }
}
