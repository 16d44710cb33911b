package io.eventdedup.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ReturnDelayTest {

    private static final Duration LEASE = Duration.ofSeconds(20);

    private final ReturnDelay exact = new ReturnDelay(() -> 0);

    @Test
    void aKeyInProgressIsLookedAtAgainAfterOneSecondDoublingWithEachDelivery() {
        assertThat(exact.inProgress(1, LEASE)).isEqualTo(Duration.ofSeconds(1));
        assertThat(exact.inProgress(2, LEASE)).isEqualTo(Duration.ofSeconds(2));
        assertThat(exact.inProgress(5, LEASE)).isEqualTo(Duration.ofSeconds(16));
    }

    @Test
    void aKeyInProgressNeverWaitsLongerThanTheRestOfTheLease() {
        assertThat(exact.inProgress(6, LEASE)).isEqualTo(LEASE);
        assertThat(exact.inProgress(1000, Duration.ofMillis(300))).isEqualTo(Duration.ofMillis(300));
    }

    @Test
    void aLeaseThatIsOverMeansNoWait() {
        assertThat(exact.inProgress(3, Duration.ofSeconds(-5))).isZero();
    }

    @Test
    void anOrdinaryFailureComesBackLaterWithEachDeliveryUpToAQuarterOfAnHour() {
        assertThat(exact.failure(1)).isEqualTo(Duration.ofSeconds(5));
        assertThat(exact.failure(2)).isEqualTo(Duration.ofSeconds(10));
        assertThat(exact.failure(Integer.MAX_VALUE)).isEqualTo(Duration.ofMinutes(15));
    }

    @Test
    void duringAnOutageAMessageWaitsForItsEndAndIsNotReceivedMeanwhile() {
        assertThat(exact.outage()).isEqualTo(Duration.ofMinutes(5));
    }

    @Test
    void jitterAddsAtMostAFifth() {
        ReturnDelay latest = new ReturnDelay(() -> 1);

        assertThat(latest.failure(1)).isEqualTo(Duration.ofSeconds(6));
    }
}
