package io.eventdedup.proof;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DeliveryExplorationTest {

    private static void explore(Setup setup, int depth) {
        Explorer.Result result = Explorer.everyOrder(setup, depth);
        System.out.println(result);
        assertThat(result.story()).isEmpty();
    }

    @Test
    void oneProcess() {
        explore(Setup.of("one process, one message of two events", 1, "ab"), 20);
    }

    @Test
    void theSameEventTwiceInAMessage() {
        explore(Setup.of("the same event twice in a message", 1, "aa").with(Misfortune.FAILURE, 2), 20);
    }

    @Test
    void theSamePoisonTwiceInAMessage() {
        explore(Setup.of("the same event twice in a message, which always fails", 1, "AA"), 30);
    }
}
