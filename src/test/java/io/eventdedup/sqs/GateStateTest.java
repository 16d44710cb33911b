package io.eventdedup.sqs;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventdedup.sqs.GateState.Phase;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GateStateTest {

    private final GateState polling = GateState.polling();

    @Test
    void aFailureStopsPollingAndTheFirstProbeComesAfterOneSecond() {
        assertThat(polling.failed(""))
                .isEqualTo(new GateState(Phase.STOPPED, Duration.ofSeconds(1), false, true, Set.of()));
    }

    @Test
    void failuresOfWhatIsInFlightChangeNothingWhilePollingIsStopped() {
        GateState stopped = polling.failed("").probeFailed();

        assertThat(stopped.failed("")).isEqualTo(stopped);
    }

    @Test
    void eachFailedProbeDoublesTheWaitUpToThreeSeconds() {
        GateState state = polling.failed("");
        for (int seconds : new int[] {2, 3, 3}) {
            state = state.probeFailed();
            assertThat(state.probeAfter()).isEqualTo(Duration.ofSeconds(seconds));
        }
    }

    @Test
    void aProbeThatSucceedsLetsOnePollTry() {
        assertThat(polling.failed("").probeSucceeded().phase()).isEqualTo(Phase.PROBING);
    }

    @Test
    void aMessageThatGoesThroughLetsPollingGoOnAndForgetsTheLongWait() {
        GateState probing = polling.failed("").probeFailed().probeFailed().probeSucceeded();

        assertThat(probing.worked()).isEqualTo(polling);
    }

    @Test
    void aFailureWhileProbingStopsPollingForLongerThanBefore() {
        GateState probing = polling.failed("").probeSucceeded();

        assertThat(probing.failed(""))
                .isEqualTo(new GateState(Phase.STOPPED, Duration.ofSeconds(2), false, true, Set.of()));
    }

    @Test
    void aMessageThatGoesThroughDoesNotStartPollingAgainByItself() {
        GateState stopped = polling.failed("");

        assertThat(stopped.worked()).isEqualTo(stopped);
    }

    @Test
    void whileProbingOnePollAtATimeIsAllowed() {
        GateState probing = polling.failed("").probeSucceeded();

        assertThat(probing.mayPoll()).isTrue();
        assertThat(probing.pollBegins().mayPoll()).isFalse();
        assertThat(probing.pollBegins().pollEnded().mayPoll()).isTrue();
    }

    @Test
    void aPollThatEndsAfterPollingWasStoppedChangesNothing() {
        GateState stopped = polling.failed("").probeSucceeded().pollBegins().failed("");

        assertThat(stopped.pollEnded()).isEqualTo(stopped);
    }

    @Test
    void trialsThatFailComeUpToEveryTenSeconds() {
        GateState state = polling.failed("out");
        for (int seconds : new int[] {2, 4, 8, 10, 10}) {
            state = state.probeSucceeded().failed("out");
            assertThat(state.probeAfter()).isEqualTo(Duration.ofSeconds(seconds));
        }
    }

    @Test
    void whatOnlyAMessageCanProveKeepsPollingAtOneMessageUntilItIsProved() {
        GateState probing = polling.failed("out").probeSucceeded();

        assertThat(probing.worked()).isEqualTo(probing);
        assertThat(probing.proved("another")).isEqualTo(probing);
        assertThat(probing.proved("out")).isEqualTo(polling);
    }

    @Test
    void whatIsProvedWhileNothingElseIsWrongResumesPollingAtOnce() {
        assertThat(polling.failed("steps").proved("steps")).isEqualTo(polling);
        assertThat(polling.failed("steps").failed("").proved("steps").phase()).isEqualTo(Phase.STOPPED);
        assertThat(polling.failed("steps").failed("out").proved("steps").phase())
                .isEqualTo(Phase.STOPPED);
    }

    @Test
    void theProbeProvesWhatItAsksForAndNothingElse() {
        GateState probing = polling.failed("steps").failed("").probeSucceeded();

        assertThat(probing.worked()).isEqualTo(probing);
        assertThat(probing.proved("steps")).isEqualTo(polling);
    }
}
