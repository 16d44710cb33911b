package io.eventdedup.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventdedup.claim.TestClock;
import io.eventdedup.event.Steps.Entry;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** When a step counts as unavailable, as a timeline: a failure, a pass, a tick of the clock. */
class StepsTest {

    private static final String STEP = "to1";

    private final TestClock clock = new TestClock(Instant.parse("2026-03-01T12:00:00Z"));
    private final Steps steps = new Steps(3, clock);

    private boolean fails() {
        return steps.failed(STEP, true, false);
    }

    private boolean trialFails() {
        assertThat(steps.enter(STEP)).isEqualTo(Entry.TRIAL);
        return steps.failed(STEP, true, true);
    }

    private void becomesUnavailable() {
        fails();
        fails();
        fails();
        trialFails();
    }

    @Test
    void fewFailuresAreTheEventsOwn() {
        assertThat(fails()).isFalse();
        assertThat(fails()).isFalse();

        assertThat(steps.enter(STEP)).isEqualTo(Entry.FREE);
    }

    @Test
    void anEventThatPassesBetweenFailuresMakesThemTheEventsOwn() {
        for (int i = 0; i < 10; i++) {
            assertThat(fails()).isFalse();
            assertThat(fails()).isFalse();
            steps.passed(STEP);
        }
    }

    @Test
    void poisonEventsThatFailAgainMakeNoOutage() {
        for (int i = 0; i < 10; i++) {
            assertThat(steps.failed(STEP, false, false)).isFalse();
        }
    }

    @Test
    void theThirdFailureInARowIsTheStepsAndTheNextEventTriesItAtOnce() {
        fails();
        fails();

        assertThat(fails()).isTrue();

        assertThat(steps.outages()).isEmpty();
        assertThat(steps.enter(STEP)).isEqualTo(Entry.TRIAL);
        assertThat(steps.enter(STEP)).isEqualTo(Entry.DENIED);
    }

    @Test
    void ifTheNextEventPassesThereWasNoOutage() {
        fails();
        fails();
        fails();
        steps.enter(STEP);

        assertThat(steps.passed(STEP)).isFalse();

        assertThat(steps.enter(STEP)).isEqualTo(Entry.FREE);
    }

    @Test
    void anUnavailableStepIsTriedByOneEventAfterASecondThenLater() {
        becomesUnavailable();

        for (int seconds : new int[] {1, 2, 4, 8, 10, 10}) {
            clock.move(Duration.ofSeconds(seconds).minusMillis(1));
            assertThat(steps.enter(STEP)).isEqualTo(Entry.DENIED);
            assertThat(steps.isTrialDue()).isFalse();
            clock.move(Duration.ofMillis(1));
            assertThat(steps.isTrialDue()).isTrue();
            assertThat(trialFails()).isTrue();
        }
    }

    @Test
    void anUnavailableStepUsesUpNoAttemptOfAnyEvent() {
        becomesUnavailable();

        assertThat(steps.failed(STEP, false, false)).isTrue();
        assertThat(steps.failed(STEP, true, false)).isTrue();
    }

    @Test
    void aStepIsAvailableAgainWhenAnyEventPassesIt() {
        becomesUnavailable();

        assertThat(steps.passed(STEP)).isTrue();

        assertThat(steps.outages()).isEmpty();
        assertThat(steps.enter(STEP)).isEqualTo(Entry.FREE);
        assertThat(fails()).isFalse();
    }

    @Test
    void whatNoEventEntersIsTriedByTheNextEventThatFails() {
        for (int i = 0; i < 4; i++) {
            steps.failed(Steps.BLOCK, true, false);
        }

        assertThat(steps.outages())
                .extracting(Steps.Outage::nextTrial)
                .containsExactly(clock.instant().plusSeconds(1));
    }

    @Test
    void aStepThatIsSaidToBeUnavailableIsSoAtItsFirstFailure() {
        steps.unavailable(STEP, false);
        assertThat(steps.outages()).extracting(Steps.Outage::step).containsExactly(STEP);
        clock.move(Duration.ofMillis(999));
        steps.unavailable(STEP, false);
        assertThat(steps.enter(STEP)).isEqualTo(Entry.DENIED);

        clock.move(Duration.ofMillis(1));
        assertThat(steps.enter(STEP)).isEqualTo(Entry.TRIAL);
        steps.unavailable(STEP, true);

        assertThat(steps.outages())
                .extracting(Steps.Outage::nextTrial)
                .containsExactly(clock.instant().plusSeconds(2));
        steps.enter(STEP);
        assertThat(steps.passed(STEP)).isTrue();
    }

    /** Ten events a day, an outage of an hour: no event comes within it, or one or two. */
    @Test
    void withFewerEventsInAnOutageThanMakeOneTheirFailuresAreTheirOwn() {
        assertThat(fails()).isFalse();
        for (int minutes : new int[] {1, 1, 1, 1}) {
            clock.move(Duration.ofMinutes(minutes));
            assertThat(steps.failed(STEP, false, false)).isFalse();
        }
        clock.move(Duration.ofMinutes(30));
        assertThat(fails()).isFalse();

        assertThat(steps.outages()).isEmpty();
        assertThat(steps.enter(STEP)).isEqualTo(Entry.FREE);
    }

    @Test
    void withOneTheFirstFailureIsTheStepsAlready() {
        Steps atOnce = new Steps(1, clock);

        assertThat(atOnce.failed(STEP, true, false)).isTrue();
    }

    /** The failures need not be close together. */
    @Test
    void eventsThatAreHoursApartMakeAnOutageIfNonePassesBetweenThem() {
        fails();
        clock.move(Duration.ofHours(2));
        fails();
        clock.move(Duration.ofHours(2));

        assertThat(fails()).isTrue();
    }

    @Test
    void aTrialThatTellsNothingIsFollowedByAnother() {
        becomesUnavailable();
        clock.move(Duration.ofSeconds(1));
        steps.enter(STEP);

        steps.trialAbandoned(STEP);

        assertThat(steps.enter(STEP)).isEqualTo(Entry.TRIAL);
    }

    @Test
    void aTrialThatNeverEndsIsFollowedByAnother() {
        becomesUnavailable();
        clock.move(Duration.ofSeconds(1));
        steps.enter(STEP);
        clock.move(Duration.ofMinutes(1).minusMillis(1));
        assertThat(steps.enter(STEP)).isEqualTo(Entry.DENIED);

        clock.move(Duration.ofMillis(1));

        assertThat(steps.enter(STEP)).isEqualTo(Entry.TRIAL);
    }

    @Test
    void pollingStopsIfNothingPassedSinceTheOutageBegan() {
        steps.blockPassed(clock.instant());
        clock.move(Duration.ofMillis(1));
        becomesUnavailable();

        assertThat(steps.stopsPolling(STEP)).isTrue();
    }

    @Test
    void pollingGoesOnWhileOthersPass() {
        fails();
        clock.move(Duration.ofMillis(1));
        steps.blockPassed(clock.instant());
        fails();
        fails();
        trialFails();

        assertThat(steps.stopsPolling(STEP)).isFalse();
        assertThat(steps.stopsPolling(STEP)).isFalse();
        assertThat(steps.stopsPolling(STEP)).isFalse();
        clock.move(Duration.ofSeconds(3));
        assertThat(steps.stopsPolling(STEP)).isTrue();
    }

    @Test
    void anEventThatBeganBeforeTheOutageProvesNothing() {
        Instant before = clock.instant();
        clock.move(Duration.ofMillis(1));
        becomesUnavailable();

        assertThat(steps.blockPassed(before)).isFalse();
        assertThat(steps.stopsPolling(STEP)).isTrue();
        assertThat(steps.blockPassed(clock.instant())).isTrue();
    }

    @Test
    void stepsAreUnavailableEachByItself() {
        becomesUnavailable();

        assertThat(steps.enter("to2")).isEqualTo(Entry.FREE);
        assertThat(steps.failed("to2", true, false)).isFalse();
    }

    @Test
    void withZeroNothingIsEverUnavailable() {
        Steps never = new Steps(0, clock);
        for (int i = 0; i < 10; i++) {
            assertThat(never.failed(STEP, true, false)).isFalse();
        }
        assertThat(never.enter(STEP)).isEqualTo(Entry.FREE);
    }
}
