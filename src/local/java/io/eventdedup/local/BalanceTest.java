package io.eventdedup.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class BalanceTest {

    @Test
    void holdsWhenEveryEventIsInOnePlace() {
        assertThat(new Balance(10, 3, 2, 1, 1, 2, 1).holds()).isTrue();
    }

    @Test
    void aLostEventIsUnaccountedFor() {
        Balance balance = new Balance(10, 4, 3, 0, 0, 2, 0);

        assertThat(balance.holds()).isFalse();
        assertThat(balance.unaccounted()).isEqualTo(1);
    }

    @Test
    void anEventTooManyBreaksItToo() {
        Balance balance = new Balance(10, 4, 2, 1, 1, 2, 1);

        assertThat(balance.holds()).isFalse();
        assertThat(balance.unaccounted()).isEqualTo(-1);
    }

    @Test
    void nothingReceivedAndNothingDoneHolds() {
        assertThat(new Balance(0, 0, 0, 0, 0, 0, 0).holds()).isTrue();
    }

    @Test
    void aNegativeCountIsRefused() {
        assertThatThrownBy(() -> new Balance(1, 2, -1, 0, 0, 0, 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
