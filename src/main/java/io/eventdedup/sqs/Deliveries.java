package io.eventdedup.sqs;

import io.eventdedup.event.Histories;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The messages that a consumer has received and neither deleted nor given back. Thread-safe. */
final class Deliveries {

    /** SQS hides a message for at most twelve hours from its receipt, including extensions (AWS documentation). */
    private static final Duration MAX_INVISIBILITY = Duration.ofHours(12);

    private final Map<String, ReceivedMessage> byReceiptHandle = new ConcurrentHashMap<>();
    private final Histories histories;

    /** @param histories remembers the outcomes of the events of messages that go back to the queue */
    Deliveries(Histories histories) {
        this.histories = histories;
    }

    void add(ReceivedMessage message) {
        byReceiptHandle.put(message.receiptHandle(), message);
    }

    /** Removes the message, and remembers its settled events for the next delivery. Returns false if it was given back before. */
    boolean returned(ReceivedMessage message) {
        boolean first = byReceiptHandle.remove(message.receiptHandle(), message);
        if (first) {
            histories.remember(message.delivery());
        }
        return first;
    }

    /** Removes the message, because it is deleted. */
    void deleted(ReceivedMessage message) {
        byReceiptHandle.remove(message.receiptHandle());
        histories.forget(message.delivery());
    }

    /** The messages that become visible within {@code margin} and may still be hidden for {@code visibility}. */
    List<ReceivedMessage> dueForExtension(Instant now, Duration margin, Duration visibility) {
        return byReceiptHandle.values().stream()
                .filter(message -> message.invisibleUntil().isBefore(now.plus(margin)))
                .filter(message ->
                        !now.plus(visibility).isAfter(message.receivedAt().plus(MAX_INVISIBILITY)))
                .toList();
    }

    /** The messages that have not begun. */
    List<ReceivedMessage> waiting() {
        return byReceiptHandle.values().stream()
                .filter(message -> !message.isBegun())
                .toList();
    }
}
