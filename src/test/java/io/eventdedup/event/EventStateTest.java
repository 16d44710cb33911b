package io.eventdedup.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventdedup.event.EventState.Accepted;
import io.eventdedup.event.EventState.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The transitions of an event, as tables. */
class EventStateTest {

    private static final Failure AGAIN = new Failure.Again(Duration.ofSeconds(5), true, false);
    private static final Failure DEAD = new Failure.Dead(new DeadLetter("FORWARD_REJECTED", "x", Instant.EPOCH), false);

    private static final Map<String, UnaryOperator<EventState>> TRANSITIONS = new LinkedHashMap<>();

    static {
        TRANSITIONS.put("keyed", EventState::keyed);
        TRANSITIONS.put("claimed", EventState::claimed);
        TRANSITIONS.put("duplicate", EventState::duplicate);
        TRANSITIONS.put("observe", EventState::observe);
        TRANSITIONS.put("fails", state -> state.failed(AGAIN));
        TRANSITIONS.put("dies", state -> state.failed(DEAD));
        TRANSITIONS.put("send", EventState::sendBegins);
        TRANSITIONS.put("out", state -> state.sendEnds(Accepted.OUTPUT));
        TRANSITIONS.put("else", state -> state.sendEnds(Accepted.ELSEWHERE));
        TRANSITIONS.put("refused", state -> state.sendEnds(Accepted.NOWHERE));
        TRANSITIONS.put("own", EventState::ownExchangeEnds);
        TRANSITIONS.put("work", EventState::workEnds);
        TRANSITIONS.put("end", state -> state.isOver() ? state.end(true) : state);
        TRANSITIONS.put("end-of-block", state -> state.isOver() ? state.end(false) : state);
        TRANSITIONS.put("block", EventState::passesBlock);
        TRANSITIONS.put("told", EventState::told);
        TRANSITIONS.put("letter", EventState::letterAccepted);
        TRANSITIONS.put("kept", EventState::letterKept);
    }

    private static EventState after(String way) {
        EventState state = EventState.received();
        for (String transition : way.trim().split(" +")) {
            state = TRANSITIONS.get(transition).apply(state);
        }
        return state;
    }

    @ParameterizedTest
    @CsvSource({
        // the ways of an event that ends
        "keyed claimed send out own work end told, ENDED, FORWARDED",
        "keyed claimed own work end told, ENDED, FILTERED",
        "own work end told, ENDED, FILTERED",
        "keyed duplicate own work end told, ENDED, DUPLICATE",
        "keyed duplicate observe send out own work end told, ENDED, OBSERVED_COPY",
        "keyed claimed fails own work end told, ENDED, RETURNED",
        "keyed claimed dies own work end told, LETTER, ",
        "keyed claimed dies own work end told letter told, ENDED, DEAD_LETTER",
        "keyed claimed dies own work end told kept told, ENDED, RETURNED",
        "keyed claimed send else own work end told, ENDED, FORWARDED",
        // the output has it, whatever fails before or afterwards
        "keyed claimed send out fails own work end told, ENDED, FORWARDED",
        "keyed claimed send fails out own work end told, ENDED, FORWARDED",
        "keyed claimed send dies own work out end told, ENDED, FORWARDED",
        // the first failure counts
        "keyed claimed fails dies own work end told, ENDED, RETURNED",
        "keyed claimed dies fails own work end told, LETTER, ",
        // it does not end while something of it is under way
        "keyed claimed fails own end, CLAIMED, ",
        "keyed claimed fails work end, CLAIMED, ",
        "keyed claimed send fails own work end, CLAIMED, ",
        "keyed claimed send send out own work end, CLAIMED, ",
        "keyed claimed send send out refused own work end told, ENDED, FORWARDED",
        // an event with a claim is no duplicate, whatever another exchange of it finds
        "keyed claimed duplicate own work end told, ENDED, FILTERED",
        "keyed duplicate claimed send out own work end told, ENDED, FORWARDED",
        // the end of the block counts only for a route that sends to no output queue
        "keyed claimed block own work end told, ENDED, FILTERED",
        "keyed claimed block own work end-of-block told, ENDED, FORWARDED",
        "keyed claimed own work end-of-block told, ENDED, FILTERED",
        "keyed claimed block fails own work end-of-block told, ENDED, RETURNED",
        "keyed duplicate block own work end-of-block told, ENDED, DUPLICATE",
        "keyed duplicate observe block own work end-of-block told, ENDED, OBSERVED_COPY",
        // what has ended stays as it is
        "keyed claimed own work end told fails own work end told, ENDED, FILTERED",
        "keyed claimed own work end told letter kept told, ENDED, FILTERED",
        "keyed claimed dies own work end told letter told kept letter told, ENDED, DEAD_LETTER",
        "keyed claimed dies own work end told letter kept told, ENDED, DEAD_LETTER",
        "keyed claimed own work end told send out, ENDED, FILTERED"
    })
    void anEventEnds(String way, Phase phase, Outcome outcome) {
        EventState state = after(way);

        assertThat(state.phase()).isEqualTo(phase);
        assertThat(state.outcome()).isEqualTo(Optional.ofNullable(outcome));
    }

    @ParameterizedTest
    @CsvSource({
        "keyed claimed, true",
        "keyed claimed send out, true",
        "keyed claimed own work end told, true",
        "keyed claimed fails, false",
        "keyed claimed dies, false",
        "keyed claimed dies own work end told letter told, false"
    })
    void anEventThatHasFailedIsNotSent(String way, boolean maySend) {
        assertThat(after(way).maySend()).isEqualTo(maySend);
    }

    /** Whatever happens in whatever order: these hold in every state that six steps can reach. */
    @Test
    void whateverHappensOneEventHasOneEnd() {
        List<EventState> open = new ArrayList<>(List.of(EventState.received()));
        for (int step = 0; step < 6; step++) {
            List<EventState> next = new ArrayList<>();
            for (EventState before : open) {
                for (Map.Entry<String, UnaryOperator<EventState>> transition : TRANSITIONS.entrySet()) {
                    if (isPossible(transition.getKey(), before)) {
                        EventState after = transition.getValue().apply(before);
                        check(transition.getKey(), before, after);
                        next.add(after);
                    }
                }
            }
            open = next.stream().distinct().toList();
        }
        assertThat(open).hasSizeGreaterThan(100);
    }

    private static boolean isPossible(String transition, EventState state) {
        return switch (transition) {
            case "send" -> state.maySend();
            case "out", "else", "refused" -> state.sending() > 0;
            default -> true;
        };
    }

    private static void check(String transition, EventState before, EventState after) {
        if (before.phase() == Phase.ENDED) {
            assertThat(after.phase()).as(transition).isEqualTo(Phase.ENDED);
            assertThat(after.outcome()).as(transition).isEqualTo(before.outcome());
        }
        if (after.phase() == Phase.ENDING && before.phase() != Phase.ENDING) {
            assertThat(before.sending() == 0 || before.phase() == Phase.LETTER)
                    .as("%s ends %s while a send is under way", transition, before)
                    .isTrue();
            boolean dead = after.outcome().equals(Optional.of(Outcome.DEAD_LETTER));
            assertThat(dead && before.isForwarded() && before.phase() != Phase.LETTER)
                    .as("forwarded and dead-lettered: %s", before)
                    .isFalse();
        }
        if (before.failure().isPresent()) {
            assertThat(after.failure()).as(transition).isEqualTo(before.failure());
        }
        assertThat(Arrays.asList(after.isAtRest(), after.isSettled(), after.comesAgain()))
                .as("settled or comes again, not both: %s", after)
                .satisfies(facts -> assertThat(facts.get(1) && facts.get(2)).isFalse());
    }
}
