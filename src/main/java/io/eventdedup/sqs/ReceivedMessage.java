package io.eventdedup.sqs;

import io.eventdedup.event.Delivery;
import java.time.Instant;
import software.amazon.awssdk.services.sqs.model.Message;

/** A message as SQS handed it out: its delivery, and how long it stays invisible. Thread-safe. */
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

    /** The id that SQS gave the message; the same in every delivery. */
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

    /** Called when the route begins with the message; one that never began is given back at once at shutdown. */
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
