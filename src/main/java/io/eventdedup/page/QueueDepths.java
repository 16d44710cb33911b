package io.eventdedup.page;

import io.eventdedup.sqs.QueueDepth;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import software.amazon.awssdk.core.exception.SdkException;

/** The depths of the queues. SQS is called only on request and at most every ten seconds, even if it fails. */
final class QueueDepths {

    private static final Duration FRESH = Duration.ofSeconds(10);

    private final List<String> queues;
    private final Function<String, QueueDepth> sqs;
    private final Clock clock;
    private Answer last = new Answer(Long.MIN_VALUE, List.of());

    /** @param at epoch milliseconds */
    record Answer(long at, List<Queue> queues) {}

    /**
     * One queue.
     *
     * @param depth null if SQS does not say
     */
    record Queue(String name, QueueDepth depth) {}

    QueueDepths(List<String> queues, Function<String, QueueDepth> sqs, Clock clock) {
        this.queues = queues;
        this.sqs = sqs;
        this.clock = clock;
    }

    /** Calls SQS if the last answer is old. Concurrent callers share one answer. */
    synchronized Answer get() {
        if (clock.millis() - FRESH.toMillis() >= last.at()) {
            List<Queue> depths =
                    queues.stream().map(name -> new Queue(name, depth(name))).toList();
            last = new Answer(clock.millis(), depths);
        }
        return last;
    }

    private QueueDepth depth(String name) {
        try {
            return sqs.apply(name);
        } catch (SdkException unavailable) {
            return null;
        }
    }
}
