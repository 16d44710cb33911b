package io.eventdedup.sqs;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The deliveries that this process has received and not yet settled, by receipt handle. Safe for concurrent use. */
final class Deliveries {

    /** SQS lets a message be invisible for twelve hours from its receipt, extensions included (AWS documentation). */
    private static final Duration LONGEST_INVISIBILITY = Duration.ofHours(12);

    private final Map<String, Delivery> byReceiptHandle = new ConcurrentHashMap<>();

    void add(Delivery delivery) {
        byReceiptHandle.put(delivery.receiptHandle(), delivery);
    }

    Optional<Delivery> find(String receiptHandle) {
        return receiptHandle == null ? Optional.empty() : Optional.ofNullable(byReceiptHandle.get(receiptHandle));
    }

    /** Ends the care for a delivery. */
    void settle(String receiptHandle) {
        if (receiptHandle != null) {
            byReceiptHandle.remove(receiptHandle);
        }
    }

    /** Those whose visibility ends within {@code margin} and may still be extended by {@code visibility}. */
    List<Delivery> dueForExtension(Instant now, Duration margin, Duration visibility) {
        return byReceiptHandle.values().stream()
                .filter(delivery -> delivery.invisibleUntil().isBefore(now.plus(margin)))
                .filter(delivery ->
                        !now.plus(visibility).isAfter(delivery.receivedAt().plus(LONGEST_INVISIBILITY)))
                .toList();
    }

    /** Those that the route has not begun with. */
    List<Delivery> waiting() {
        return byReceiptHandle.values().stream()
                .filter(delivery -> !delivery.isInWork())
                .toList();
    }

    Collection<Delivery> all() {
        return List.copyOf(byReceiptHandle.values());
    }
}
