package io.eventdedup.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of a message, by where its events are. */
class MessageStateTest {

    private static final Failure AGAIN = new Failure.Again(Duration.ofSeconds(5), true, false);
    private static final Failure DEAD = new Failure.Dead(new DeadLetter("x", "x", Instant.EPOCH), true);

    /** S settled, E settled earlier, R returned, L letter waits, W under way, - not begun. */
    @ParameterizedTest
    @CsvSource({
        // events, at rest, comes again, letters may go, settled
        "S,   true,  false, true,  true",
        "SS,  true,  false, true,  true",
        "ES,  true,  false, true,  true",
        "S-,  true,  true,  false, false",
        "-,   true,  true,  false, false",
        "E-,  true,  true,  false, false",
        "SR,  true,  true,  false, false",
        "SL,  true,  false, true,  false",
        "LR,  true,  true,  false, false",
        "L-,  true,  true,  false, false",
        "LW,  false, false, false, false",
        "SW,  false, false, false, false",
        "EEE, true,  false, true,  true"
    })
    void aMessageIsSettledWhenEachOfItsEventsIs(
            String events, boolean atRest, boolean comesAgain, boolean lettersGo, boolean settled) {
        MessageState message = message(events);

        assertThat(message.isAtRest()).isEqualTo(atRest);
        assertThat(message.comesAgain()).isEqualTo(comesAgain);
        assertThat(message.mayLettersGo()).isEqualTo(lettersGo);
        assertThat(message.isSettled()).isEqualTo(settled);
    }

    @ParameterizedTest
    @CsvSource({
        "S, true, false, true",
        "R, true, true,  false",
        "L, true, false, false",
        "W, false, false, false",
    })
    void aMessageThatEndsAboveTheSplitEndsAsAWhole(String whole, boolean atRest, boolean comesAgain, boolean settled) {
        MessageState message =
                new MessageState(Optional.empty(), new BitSet(), Optional.of(state(whole.charAt(0))), Map.of());

        assertThat(message.isAtRest()).isEqualTo(atRest);
        assertThat(message.comesAgain()).isEqualTo(comesAgain);
        assertThat(message.isSettled()).isEqualTo(settled);
    }

    private static MessageState message(String events) {
        BitSet earlier = new BitSet();
        Map<Integer, EventState> begun = new HashMap<>();
        for (int place = 0; place < events.length(); place++) {
            char event = events.charAt(place);
            if (event == 'E') {
                earlier.set(place);
            } else if (event != '-') {
                begun.put(place, state(event));
            }
        }
        return new MessageState(Optional.of(events.length()), earlier, Optional.empty(), begun);
    }

    private static EventState state(char event) {
        EventState claimed = EventState.received().keyed().claimed();
        return switch (event) {
            case 'S' -> end(claimed);
            case 'R' -> end(claimed.failed(AGAIN));
            case 'L' -> end(claimed.failed(DEAD));
            case 'W' -> claimed;
            default -> throw new IllegalArgumentException(event + "");
        };
    }

    private static EventState end(EventState state) {
        return state.ownExchangeEnds().workEnds().end(true).told();
    }
}
