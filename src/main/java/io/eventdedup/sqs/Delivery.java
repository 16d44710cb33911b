package io.eventdedup.sqs;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
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
    private boolean begun;
    private Duration returnAfter;
    private final List<DeadLetter> deadLetters = new ArrayList<>();
    private final BitSet settled;

    Delivery(
            String queueUrl,
            String messageId,
            String receiptHandle,
            int receiveCount,
            Instant receivedAt,
            Instant invisibleUntil,
            BitSet settledEarlier) {
        this.queueUrl = queueUrl;
        this.messageId = messageId;
        this.receiptHandle = receiptHandle;
        this.receiveCount = receiveCount;
        this.receivedAt = receivedAt;
        this.invisibleUntil = invisibleUntil;
        this.settled = (BitSet) settledEarlier.clone();
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
        begun = true;
    }

    synchronized boolean isBegun() {
        return begun;
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

    /**
     * Records that one of the message's events is forwarded or a duplicate.
     *
     * @param index the event's place in the message, from 0
     * @return false if this was so in an earlier delivery that this process saw, so that it is not counted twice
     */
    public synchronized boolean settle(int index) {
        boolean isNew = !settled.get(index);
        settled.set(index);
        return isNew;
    }

    synchronized BitSet settled() {
        return (BitSet) settled.clone();
    }

    synchronized void add(DeadLetter letter) {
        deadLetters.add(letter);
    }

    synchronized List<DeadLetter> deadLetters() {
        return List.copyOf(deadLetters);
    }
}
