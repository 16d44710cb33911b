package io.eventdedup.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExpectationTest {

    /** Two events, the first of them sent in two texts, and one broken body. */
    private static final Expectation EXPECTATION =
            new Expectation(Map.of("first", 0, "first, reordered", 0, "second", 1), Map.of("junk", "INVALID_JSON"), 1);

    private static final List<DeadLetter> JUNK = List.of(new DeadLetter("junk", "INVALID_JSON"));

    @Test
    void eachEventOnceInAnyOfItsTextsIsRight() {
        assertThat(EXPECTATION.complaints(List.of("second", "first, reordered"), JUNK))
                .isEmpty();
    }

    @Test
    void aMissingEventIsWrong() {
        assertThat(EXPECTATION.complaints(List.of("first"), JUNK)).containsExactly("1 event did not come out");
    }

    @Test
    void anEventInTwoOfItsTextsIsWrong() {
        assertThat(EXPECTATION.complaints(List.of("first", "second", "first, reordered"), JUNK))
                .containsExactly("1 event came out more than once");
    }

    @Test
    void aTextThatWasNotSentIsWrong() {
        assertThat(EXPECTATION.complaints(List.of("first", "second", "Second"), JUNK))
                .containsExactly("1 event came out with a text that was not sent");
    }

    @Test
    void aBrokenBodyThatIsNotDeadLetteredIsWrong() {
        assertThat(EXPECTATION.complaints(List.of("first", "second"), List.of()))
                .containsExactly("1 event not dead-lettered, though broken");
    }

    @Test
    void aBodyDeadLetteredTwiceIsWrong() {
        assertThat(EXPECTATION.complaints(List.of("first", "second"), List.of(JUNK.get(0), JUNK.get(0))))
                .containsExactly("1 event dead-lettered more than once");
    }

    @Test
    void anotherReasonIsWrong() {
        assertThat(EXPECTATION.complaints(List.of("first", "second"), List.of(new DeadLetter("junk", "TOO_DEEP"))))
                .containsExactly("1 event dead-lettered without need or for the wrong reason");
    }

    @Test
    void aGoodEventAmongTheDeadLettersIsWrong() {
        assertThat(EXPECTATION.complaints(
                        List.of("first"), List.of(JUNK.get(0), new DeadLetter("second", "INVALID_JSON"))))
                .containsExactly(
                        "1 event did not come out", "1 event dead-lettered without need or for the wrong reason");
    }

    @Test
    void itsOwnTallyBalances() {
        assertThat(EXPECTATION.tally(false).balance()).isEqualTo(new Balance(4, 2, 1, 0, 0, 1, 0));
        assertThat(EXPECTATION.tally(true).balance()).isEqualTo(new Balance(4, 2, 0, 1, 0, 1, 0));
    }
}
