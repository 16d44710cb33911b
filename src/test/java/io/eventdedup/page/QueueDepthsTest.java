package io.eventdedup.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventdedup.claim.TestClock;
import io.eventdedup.sqs.QueueDepth;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.SdkClientException;

class QueueDepthsTest {

    private final List<String> asked = new ArrayList<>();
    private final TestClock clock = new TestClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final QueueDepths depths =
            new QueueDepths(() -> List.of(queue("in", null), queue("away", null)), this::depth, clock);

    @Test
    void sqsIsAskedWhenSomebodyLooksAndAtMostEveryTenSeconds() {
        assertThat(asked).isEmpty();
        assertThat(depths.get().queues()).containsExactly(queue("in", new QueueDepth(1, 2, 3)), queue("away", null));

        clock.move(Duration.ofSeconds(10).minusMillis(1));
        depths.get();
        assertThat(asked).containsExactly("in", "away");

        clock.move(Duration.ofMillis(1));
        assertThat(depths.get().at()).isEqualTo(clock.millis());
        assertThat(asked).containsExactly("in", "away", "in", "away");
    }

    private static QueueDepths.Queue queue(String name, QueueDepth depth) {
        return new QueueDepths.Queue("dedup", "input", name, depth);
    }

    private QueueDepth depth(String queue) {
        asked.add(queue);
        if (queue.equals("away")) {
            throw SdkClientException.create("no answer");
        }
        return new QueueDepth(1, 2, 3);
    }
}
