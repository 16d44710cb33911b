package io.eventdedup.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class LocalQueueTest {

    @Test
    void aBatchHasAtMostTenMessages() {
        assertThat(LocalQueue.batches(Collections.nCopies(23, new Message("x", 1))))
                .extracting(List::size)
                .containsExactly(10, 10, 3);
    }

    @Test
    void aBatchIsNoLongerThanSqsAllows() {
        Message big = new Message("x".repeat(100_000), 1);

        assertThat(LocalQueue.batches(Collections.nCopies(5, big)))
                .extracting(List::size)
                .containsExactly(2, 2, 1);
    }

    @Test
    void aMessageThatIsTooLongGoesAlone() {
        assertThat(LocalQueue.batches(List.of(new Message("x".repeat(300_000), 1))))
                .hasSize(1);
    }
}
