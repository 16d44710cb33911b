package io.eventdedup.page;

import io.eventdedup.sqs.QueueDepth;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.SdkException;

/** The depths of the queues. SQS is asked when somebody wants to know, and not again for ten seconds, answer or not. */
final class QueueDepths {

    private static final Duration FRESH = Duration.ofSeconds(10);

    private final Supplier<List<Queue>> queues;
    private final Function<String, QueueDepth> sqs;
    private final Clock clock;
    private Answer last = new Answer(Long.MIN_VALUE, List.of());

    /** @param at epoch milliseconds */
    record Answer(long at, List<Queue> queues) {}

    /**
     * One queue.
     *
     * @param pipeline the id of the route that uses it
     * @param role input, output or dead letters
     * @param depth null if SQS has not been asked, or does not say
     */
    record Queue(String pipeline, String role, String name, QueueDepth depth) {}

    /** @param queues those to ask for, without their depths */
    QueueDepths(Supplier<List<Queue>> queues, Function<String, QueueDepth> sqs, Clock clock) {
        this.queues = queues;
        this.sqs = sqs;
        this.clock = clock;
    }

    /** Waits for SQS if the last answer is old; those who ask at the same time wait for one answer. */
    synchronized Answer get() {
        if (clock.millis() - FRESH.toMillis() >= last.at()) {
            List<Queue> depths = queues.get().stream()
                    .map(queue -> new Queue(queue.pipeline(), queue.role(), queue.name(), depth(queue.name())))
                    .toList();
            last = new Answer(clock.millis(), depths);
        }
        return last;
    }

    private QueueDepth depth(String name) {
        try {
            return sqs.apply(name);
        } catch (SdkException away) {
            return null;
        }
    }
}
