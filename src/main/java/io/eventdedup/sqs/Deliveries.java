package io.eventdedup.sqs;

import io.eventdedup.event.Histories;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The messages that a consumer has received and that are neither deleted nor given back. Safe for concurrent use. */
final class Deliveries {

    /** SQS lets a message be invisible for twelve hours from its receipt, extensions included (AWS documentation). */
    private static final Duration MAX_INVISIBILITY = Duration.ofHours(12);

    private final Map<String, ReceivedMessage> byReceiptHandle = new ConcurrentHashMap<>();
    private final Histories histories;

    /** @param histories remembers what became of the events of messages that go back */
    Deliveries(Histories histories) {
        this.histories = histories;
    }

    void add(ReceivedMessage message) {
        byReceiptHandle.put(message.receiptHandle(), message);
    }

    /** Forgets the message, and remembers its settled events for its next delivery; false: it was given back before. */
    boolean returned(ReceivedMessage message) {
        boolean first = byReceiptHandle.remove(message.receiptHandle(), message);
        if (first) {
            histories.remember(message.delivery());
        }
        return first;
    }

    /** Forgets the message: it is deleted. */
    void deleted(ReceivedMessage message) {
        byReceiptHandle.remove(message.receiptHandle());
        histories.forget(message.delivery());
    }

    /** Those whose visibility ends within {@code margin} and may still be extended by {@code visibility}. */
    List<ReceivedMessage> dueForExtension(Instant now, Duration margin, Duration visibility) {
        return byReceiptHandle.values().stream()
                .filter(message -> message.invisibleUntil().isBefore(now.plus(margin)))
                .filter(message ->
                        !now.plus(visibility).isAfter(message.receivedAt().plus(MAX_INVISIBILITY)))
                .toList();
    }

    /** Those that the route has not begun with. */
    List<ReceivedMessage> waiting() {
        return byReceiptHandle.values().stream()
                .filter(message -> !message.isBegun())
                .toList();
    }
}
