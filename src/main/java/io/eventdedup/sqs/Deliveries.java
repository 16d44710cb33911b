package io.eventdedup.sqs;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.time.Instant;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The deliveries that a consumer has received and that are neither deleted nor given back. Safe for concurrent use. */
final class Deliveries {

    /** SQS lets a message be invisible for twelve hours from its receipt, extensions included (AWS documentation). */
    private static final Duration LONGEST_INVISIBILITY = Duration.ofHours(12);

    /** Messages that went back with some of their events settled; enough for those under way, and bounded. */
    private static final int REMEMBERED_MESSAGES = 10_000;

    private final Map<String, Delivery> byReceiptHandle = new ConcurrentHashMap<>();
    private final Cache<String, BitSet> settledOfReturned =
            Caffeine.newBuilder().maximumSize(REMEMBERED_MESSAGES).build();

    /** Which events of a message were settled in the deliveries before this one. */
    BitSet settledEarlier(String messageId) {
        BitSet settled = settledOfReturned.getIfPresent(messageId);
        return settled == null ? new BitSet() : settled;
    }

    void add(Delivery delivery) {
        byReceiptHandle.put(delivery.receiptHandle(), delivery);
    }

    /** Forgets the delivery, and remembers its settled events for the message's next delivery. */
    void returned(Delivery delivery) {
        byReceiptHandle.remove(delivery.receiptHandle());
        BitSet settled = delivery.settled();
        if (!settled.isEmpty()) {
            settledOfReturned.put(delivery.messageId(), settled);
        }
    }

    /** Forgets the delivery: the message is deleted. */
    void deleted(Delivery delivery) {
        byReceiptHandle.remove(delivery.receiptHandle());
        settledOfReturned.invalidate(delivery.messageId());
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
                .filter(delivery -> !delivery.isBegun())
                .toList();
    }
}
