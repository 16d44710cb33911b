package io.eventdedup.sqs;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.BitSet;
import software.amazon.awssdk.services.sqs.model.Message;

/** Deliveries without a queue. */
public final class TestDeliveries {

    static final Duration VISIBILITY = Duration.ofSeconds(30);

    private TestDeliveries() {}

    /** A first delivery of a message with this id, at a gate that lets everything through. */
    public static Delivery first(String messageId, EventListener listener) {
        return delivery(messageId, "handle of " + messageId, 1, Instant.EPOCH, new BitSet(), listener);
    }

    static Delivery delivery(
            String messageId,
            String receiptHandle,
            int receiveCount,
            Instant at,
            BitSet settledEarlier,
            EventListener listener) {
        Message message = Message.builder()
                .messageId(messageId)
                .receiptHandle(receiptHandle)
                .body("{}")
                .build();
        Gate gate = new Gate("queue", () -> {}, Clock.systemUTC());
        gate.close();
        return new Delivery(message, receiveCount, at, at.plus(VISIBILITY), settledEarlier, gate, listener);
    }
}
