package io.eventdedup.claim;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RecentRefusalsTest {

    private final RecentRefusals refusals = new RecentRefusals();

    @Test
    void theyPrevailWhenMostOfTheLastClaimsMetARow() {
        assertThat(refusals.areMostClaims()).isFalse();

        note(true, 200);
        assertThat(refusals.areMostClaims()).isTrue();

        note(false, 20);
        assertThat(refusals.areMostClaims())
                .as("a few new events among many copies")
                .isTrue();

        note(false, 200);
        assertThat(refusals.areMostClaims()).isFalse();
    }

    private void note(boolean refused, int times) {
        for (int i = 0; i < times; i++) {
            refusals.note(refused);
        }
    }
}
