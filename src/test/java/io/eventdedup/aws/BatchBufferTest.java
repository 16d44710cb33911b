package io.eventdedup.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CollectorTest {

    private final List<List<String>> done = Collections.synchronizedList(new ArrayList<>());

    @Test
    void enoughAreDoneTogetherAtOnce() {
        try (BatchBuffer<String> collector = collector(2, Duration.ofDays(1))) {
            List.of("a", "b", "c").forEach(collector::add);

            await().until(() -> done.contains(List.of("a", "b")));
            assertThat(done).hasSize(1);
        }
    }

    @Test
    void theFirstWaitsNoLongerThanTheLongestWait() {
        try (BatchBuffer<String> collector = collector(10, Duration.ofMillis(1))) {
            collector.add("a");

            await().until(() -> done.contains(List.of("a")));
        }
    }

    @Test
    void aFlushReturnsWhenEverythingAddedBeforeIsDone() {
        try (BatchBuffer<String> collector = collector(10, Duration.ofDays(1))) {
            collector.add("a");
            collector.flush();

            assertThat(done).containsExactly(List.of("a"));
        }
    }

    @Test
    void closingDoesWhatIsLeft() {
        collector(10, Duration.ofDays(1)).close();
        BatchBuffer<String> collector = collector(10, Duration.ofDays(1));
        collector.add("a");

        collector.close();

        assertThat(done).containsExactly(List.of("a"));
    }

    private BatchBuffer<String> collector(int most, Duration longestWait) {
        return new BatchBuffer<>("test", most, longestWait, done::add);
    }
}
