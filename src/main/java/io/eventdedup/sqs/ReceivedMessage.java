package io.eventdedup.sqs;

import io.eventdedup.event.Delivery;
import java.time.Instant;
import software.amazon.awssdk.services.sqs.model.Message;

/** A received message, with its delivery and the end of its invisibility. Thread-safe. */
final class ReceivedMessage {

    private final Message message;
    private final Delivery delivery;
    private final Instant receivedAt;
    private Instant invisibleUntil;
    private boolean begun;

    ReceivedMessage(Message message, Delivery delivery, Instant receivedAt, Instant invisibleUntil) {
        this.message = message;
        this.delivery = delivery;
        this.receivedAt = receivedAt;
        this.invisibleUntil = invisibleUntil;
    }

    Message message() {
        return message;
    }

    Delivery delivery() {
        return delivery;
    }

    /** The id of the message; the same in every delivery. */
    String messageId() {
        return message.messageId();
    }

    String receiptHandle() {
        return message.receiptHandle();
    }

    Instant receivedAt() {
        return receivedAt;
    }

    synchronized Instant invisibleUntil() {
        return invisibleUntil;
    }

    synchronized void extendedUntil(Instant until) {
        invisibleUntil = until;
    }

    /** The route begins to process the message. At shutdown, messages that have not begun are given back at once. */
    synchronized void begin() {
        begun = true;
    }

    synchronized boolean isBegun() {
        return begun;
    }

    @Override
    public String toString() {
        return "message " + messageId();
    }
}
