package io.eventdedup.sqs;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.SafeCopyProperty;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;

/**
 * One delivery of one SQS message, from its receipt until it is deleted or given back.
 *
 * <p>A message may hold several events. The message may be deleted when every event that was begun has ended, on whatever
 * thread, and none comes again or still waits for its dead letter to be accepted.
 */
public final class Delivery implements SafeCopyProperty {

    private static final String PROPERTY = "dedupDelivery";
    private static final int WHOLE = -1;

    private final software.amazon.awssdk.services.sqs.model.Message message;
    private final int receiveCount;
    private final Instant receivedAt;
    private final BitSet settledEarlier;
    private final Gate gate;
    private final EventListener listener;

    private Instant invisibleUntil;
    private boolean begun;
    private final List<EventInFlight> events = new ArrayList<>(1);

    Delivery(
            software.amazon.awssdk.services.sqs.model.Message message,
            int receiveCount,
            Instant receivedAt,
            Instant invisibleUntil,
            BitSet settledEarlier,
            Gate gate,
            EventListener listener) {
        this.message = message;
        this.receiveCount = receiveCount;
        this.receivedAt = receivedAt;
        this.invisibleUntil = invisibleUntil;
        this.settledEarlier = settledEarlier;
        this.gate = gate;
        this.listener = listener;
    }

    /** The delivery that an exchange was made from, if any. */
    public static Optional<Delivery> of(Exchange exchange) {
        return Optional.ofNullable(exchange.getExchangeExtension().getSafeCopyProperty(PROPERTY, Delivery.class));
    }

    void putOn(Exchange exchange) {
        exchange.getExchangeExtension().setSafeCopyProperty(PROPERTY, this);
    }

    /** Shared, not copied. */
    @Override
    public SafeCopyProperty safeCopy() {
        return this;
    }

    software.amazon.awssdk.services.sqs.model.Message message() {
        return message;
    }

    /** The id that SQS gave the message; the same in every delivery. */
    public String messageId() {
        return message.messageId();
    }

    /** How long the message had been in the queue when it was received now; empty if SQS does not say. */
    public Optional<Duration> waited() {
        return Optional.ofNullable(message.attributes().get(MessageSystemAttributeName.SENT_TIMESTAMP))
                .map(sent -> Duration.between(Instant.ofEpochMilli(Long.parseLong(sent)), receivedAt));
    }

    String receiptHandle() {
        return message.receiptHandle();
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

    /**
     * Begins with one of the message's events.
     *
     * @param exchange the event's own; whatever is made from it shares the event
     * @param index the event's place in the message, from 0
     * @param originalBody what a dead letter for this event carries
     */
    public EventInFlight begin(Exchange exchange, int index, String originalBody) {
        EventInFlight event = new EventInFlight(this, index, originalBody);
        synchronized (this) {
            events.add(event);
        }
        exchange.getExchangeExtension().setSafeCopyProperty(EventInFlight.PROPERTY, event);
        return event;
    }

    /** Stands for the whole message when a step above the split fails, which belongs to none of its events. */
    public synchronized EventInFlight whole() {
        return events.stream()
                .filter(event -> event.index() == WHOLE)
                .findFirst()
                .orElseGet(() -> {
                    EventInFlight whole = new EventInFlight(this, WHOLE, message.body());
                    events.add(whole);
                    return whole;
                });
    }

    /** Stops polling, since a service is away. */
    public void outage(Throwable cause) {
        gate.stop(cause);
    }

    synchronized void ended(EventInFlight event, Optional<Outcome> outcome) {
        outcome.ifPresent(known -> tell(event, known));
        notifyAll();
    }

    /** Tells the listener, but not of a duplicate that an earlier delivery has settled and told of. */
    synchronized void tell(EventInFlight event, Outcome outcome) {
        boolean countedBefore = outcome == Outcome.DUPLICATE && wasSettledEarlier(event.index());
        if (!countedBefore) {
            listener.ended(event, outcome);
        }
    }

    /** Whether the event at this place of the message was settled in an earlier delivery, as far as this process knows. */
    boolean wasSettledEarlier(int index) {
        return index >= 0 && settledEarlier.get(index);
    }

    /**
     * Waits until every event that was begun has ended, also those that were handed over to other threads.
     *
     * @throws InterruptedException if the thread is told to stop
     */
    public synchronized void awaitEvents() throws InterruptedException {
        while (!events.stream().allMatch(EventInFlight::hasEnded)) {
            wait();
        }
    }

    /** True if an event has to come again. */
    public synchronized boolean comesAgain() {
        return events.stream()
                .anyMatch(event -> event.hasEnded()
                        && event.failure().isPresent()
                        && !event.isForwarded()
                        && event.failure().get() instanceof Failure.Again);
    }

    /** Whether any of the message's events was begun; then a failure outside of them is after the split. */
    public synchronized boolean hasEvents() {
        return !events.isEmpty();
    }

    /** Whether every event is settled, so that the message may be deleted. */
    synchronized boolean isSettled() {
        return events.stream().allMatch(EventInFlight::isSettled);
    }

    /** The longest wait that a failed event asks for; empty if none asks. */
    synchronized Optional<Duration> returnAfter() {
        return events.stream()
                .flatMap(event -> event.failure().stream())
                .filter(Failure.Again.class::isInstance)
                .map(again -> ((Failure.Again) again).visibleIn())
                .max(Duration::compareTo);
    }

    /** Which of the message's events are settled, now or in an earlier delivery. */
    synchronized BitSet settled() {
        BitSet settled = (BitSet) settledEarlier.clone();
        events.stream()
                .filter(event -> event.index() >= 0 && event.isSettled())
                .forEach(event -> settled.set(event.index()));
        return settled;
    }

    /** The dead letters that no queue has accepted yet, in the order in which their events stand in the message. */
    public synchronized List<Message> unsentLetters(Exchange exchange) {
        return events.stream()
                .flatMap(event -> event.unsentLetter(exchange).stream())
                .toList();
    }
}
