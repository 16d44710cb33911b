package io.eventdedup.sqs;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One delivery of one SQS message, from its receipt until it is deleted or given back.
 *
 * <p>A message may hold several events. What their handling decides about the message as a whole is gathered here: the
 * dead letters that are sent when every event is settled, and the visibility with which the message goes back when one
 * is not. Where several events ask for a return, the longest wait counts.
 */
public final class Delivery {

    /** The exchange property that carries the delivery; the parts of a split share it. */
    public static final String PROPERTY = "dedupDelivery";

    private final String queueUrl;
    private final String messageId;
    private final String receiptHandle;
    private final int receiveCount;
    private final Instant receivedAt;

    private Instant invisibleUntil;
    private boolean inWork;
    private Duration returnAfter;
    private final List<DeadLetter> deadLetters = new ArrayList<>();

    Delivery(
            String queueUrl,
            String messageId,
            String receiptHandle,
            int receiveCount,
            Instant receivedAt,
            Instant invisibleUntil) {
        this.queueUrl = queueUrl;
        this.messageId = messageId;
        this.receiptHandle = receiptHandle;
        this.receiveCount = receiveCount;
        this.receivedAt = receivedAt;
        this.invisibleUntil = invisibleUntil;
    }

    String queueUrl() {
        return queueUrl;
    }

    /** The id that SQS gave the message; the same in every delivery. */
    public String messageId() {
        return messageId;
    }

    String receiptHandle() {
        return receiptHandle;
    }

    /** How often SQS has handed the message out, this time included; SQS calls the number approximate. */
    public int receiveCount() {
        return receiveCount;
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
        inWork = true;
    }

    synchronized boolean isInWork() {
        return inWork;
    }

    /** Asks for the message to become visible again after the given time; the longest request wins. */
    synchronized void returnAfter(Duration wait) {
        if (returnAfter == null || returnAfter.compareTo(wait) < 0) {
            returnAfter = wait;
        }
    }

    /** When the message is to become visible again; empty if nobody asked. */
    synchronized Optional<Duration> returnAfter() {
        return Optional.ofNullable(returnAfter);
    }

    synchronized void add(DeadLetter letter) {
        deadLetters.add(letter);
    }

    synchronized List<DeadLetter> deadLetters() {
        return List.copyOf(deadLetters);
    }
}
