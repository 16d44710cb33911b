package io.eventdedup.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class JoinWaitTest {

    private final JoinWait joinWait = new JoinWait(Duration.ofMillis(4));

    @Test
    void beforeTheFirstAnswerItIsTheLeast() {
        assertThat(millis()).isEqualTo(4);
    }

    @Test
    void itIsTheLeastWhereAnswersAreQuick() {
        answers(50, 1);

        assertThat(millis()).isEqualTo(4);
    }

    @Test
    void itIsAsLongAsAnAnswerTakes() {
        answers(50, 15);

        assertThat(millis()).isCloseTo(15, within(0.5));
    }

    @Test
    void oneSlowAnswerMakesLittleDifference() {
        answers(50, 5);
        answers(1, 20);

        assertThat(millis()).isLessThan(8);
    }

    @Test
    void itShrinksWhenAnswersAreQuickAgain() {
        answers(50, 30);
        answers(50, 1);

        assertThat(millis()).isEqualTo(4);
    }

    @Test
    void itEndsAtTenTimesTheLeast() {
        answers(50, 6_000);

        assertThat(millis()).isEqualTo(40);
    }

    private void answers(int count, long millis) {
        for (int i = 0; i < count; i++) {
            joinWait.answeredAfter(Duration.ofMillis(millis).toNanos());
        }
    }

    private double millis() {
        return joinWait.nanos() / 1e6;
    }
}
