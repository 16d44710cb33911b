package io.eventdedup.sqs;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventdedup.sqs.GateState.Phase;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class GateStateTest {

    private final GateState open = GateState.open();

    @Test
    void aFailureClosesAnOpenGateAndTheFirstProbeComesAfterOneSecond() {
        assertThat(open.failed()).isEqualTo(new GateState(Phase.CLOSED, Duration.ofSeconds(1)));
    }

    @Test
    void failuresOfWhatWasInWorkChangeNothingWhileTheGateIsClosed() {
        GateState closed = open.failed().probeFailed();

        assertThat(closed.failed()).isEqualTo(closed);
    }

    @Test
    void eachFailedProbeDoublesTheWaitUpToThreeSeconds() {
        GateState state = open.failed();
        for (int seconds : new int[] {2, 3, 3}) {
            state = state.probeFailed();
            assertThat(state.probeAfter()).isEqualTo(Duration.ofSeconds(seconds));
        }
    }

    @Test
    void aProbeThatSucceedsOpensHalfWay() {
        assertThat(open.failed().probeSucceeded().phase()).isEqualTo(Phase.HALF_OPEN);
    }

    @Test
    void anEventThatGoesThroughOpensAHalfOpenGateAndForgetsTheLongWait() {
        GateState halfOpen = open.failed().probeFailed().probeFailed().probeSucceeded();

        assertThat(halfOpen.worked()).isEqualTo(open);
    }

    @Test
    void aFailureInTheHalfOpenGateClosesItForLongerThanBefore() {
        GateState halfOpen = open.failed().probeSucceeded();

        assertThat(halfOpen.failed()).isEqualTo(new GateState(Phase.CLOSED, Duration.ofSeconds(2)));
    }

    @Test
    void anEventThatGoesThroughDoesNotOpenAClosedGate() {
        GateState closed = open.failed();

        assertThat(closed.worked()).isEqualTo(closed);
    }
}
