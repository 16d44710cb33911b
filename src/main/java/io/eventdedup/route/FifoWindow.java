package io.eventdedup.route;

import io.eventdedup.key.Durations;
import io.eventdedup.key.KeyRules;
import io.eventdedup.sqs.QueueName;
import java.time.Duration;

/**
 * A FIFO queue drops messages with the same deduplication id for five minutes (AWS documentation, FIFO deduplication). With a shorter
 * window, an event would count as forwarded although SQS drops it.
 */
public final class FifoWindow {

    private static final Duration REMEMBERED_BY_SQS = Duration.ofMinutes(5);

    private FifoWindow() {}

    /** @throws ConfigurationException if the output queue is FIFO and a rule's window is shorter than SQS's */
    public static void require(Settings settings, KeyRules rules) {
        Duration shortest = rules.shortestWindow();
        if (QueueName.parse(settings.outputQueue()).isFifo() && shortest.compareTo(REMEMBERED_BY_SQS) < 0) {
            throw new ConfigurationException("The output queue " + settings.outputQueue()
                    + " is FIFO and drops duplicates for 5m, but the shortest window is " + Durations.format(shortest)
                    + "; set dedup.window and every window in the rule file to at least 5m");
        }
    }
}
