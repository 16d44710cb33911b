package io.eventdedup.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BatchBufferTest {

    private final List<List<String>> done = Collections.synchronizedList(new ArrayList<>());
    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(2);

    @AfterEach
    void stop() {
        timer.shutdownNow();
    }

    @Test
    void enoughAreDoneTogetherAtOnce() {
        BatchBuffer<String> collector = collector(2, Duration.ofDays(1));
        List.of("a", "b", "c").forEach(collector::add);

        await().until(() -> done.contains(List.of("a", "b")));
        assertThat(done).hasSize(1);
    }

    @Test
    void theFirstWaitsNoLongerThanTheLongestWait() {
        BatchBuffer<String> collector = collector(10, Duration.ofMillis(1));
        collector.add("a");

        await().until(() -> done.contains(List.of("a")));
    }

    @Test
    void aFlushReturnsWhenEverythingAddedBeforeIsDone() {
        BatchBuffer<String> collector = collector(10, Duration.ofDays(1));
        collector.add("a");
        collector.flush();

        assertThat(done).containsExactly(List.of("a"));
    }

    private BatchBuffer<String> collector(int most, Duration longestWait) {
        return new BatchBuffer<>(most, longestWait, done::add, timer, timer);
    }
}
