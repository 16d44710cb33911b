package io.eventdedup.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class StatisticsTest {

    @Test
    void ofThreeRoundsTheOneInTheMiddleCounts() {
        assertThat(Statistics.of(List.of(300.0, 100.0, 110.0))).isEqualTo(new Statistics(100, 110, 300));
    }

    @Test
    void ofTwoRoundsTheMiddleIsBetweenThem() {
        assertThat(Statistics.of(List.of(100.0, 300.0)).median()).isEqualTo(200);
    }

    @Test
    void aSingleRoundHasNoSpread() {
        assertThat(Statistics.of(List.of(5.0)).spreadPercent()).isZero();
    }

    @Test
    void theSpreadIsInPercentOfTheMedian() {
        assertThat(new Statistics(90, 100, 120).spreadPercent()).isEqualTo(30);
    }

    @Test
    void aPercentileLiesBetweenItsNeighbours() {
        assertThat(Statistics.percentile(List.of(0.0, 10.0), 99)).isEqualTo(9.9);
    }

    @Test
    void nothingHasNoStatistics() {
        assertThatThrownBy(() -> Statistics.of(List.of())).isInstanceOf(IllegalArgumentException.class);
    }
}
