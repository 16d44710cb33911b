package io.eventdedup.event;

import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.Message;
import org.apache.camel.SafeCopyProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One delivery of a message, from its receipt until it is deleted or given back. From the split on it knows how many events the message
 * contains, and the state of each ({@link MessageState}).
 *
 * <p>All exchanges that are created from the message's exchange, on any thread, share this object. It is a {@link SafeCopyProperty},
 * which Camel passes to each copy and no step can remove. Thread-safe; the lock is never held while the outcome of an event is decided
 * or reported.
 */
public final class Delivery implements SafeCopyProperty {

    private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);

    private static final String PROPERTY = "dedupDelivery";
    private static final int WHOLE = -1;

    private final String messageId;
    private final String body;
    private final int receiveCount;
    private final Optional<Duration> waited;
    private final Pipeline pipeline;
    private final History history;

    /** The place of each element of the split. */
    private final Map<Object, Integer> places = new IdentityHashMap<>();

    private final List<Integer> openPlaces = new ArrayList<>();
    private final Map<Integer, EventInFlight> begun = new HashMap<>(2);
    private Optional<Integer> size = Optional.empty();
    private Optional<EventInFlight> whole = Optional.empty();

    /**
     * @param messageId the message's id in the queue; the same in every delivery
     * @param receiveCount how often the message has been received, including this time
     * @param waited how long the message had been in the queue when it was received, if that is known
     * @param pipeline the route that the message goes through
     */
    public Delivery(String messageId, String body, int receiveCount, Optional<Duration> waited, Pipeline pipeline) {
        this.messageId = messageId;
        this.body = body;
        this.receiveCount = receiveCount;
        this.waited = waited;
        this.pipeline = pipeline;
        this.history = pipeline.histories().of(messageId);
    }

    /** The delivery that an exchange belongs to, if any. */
    public static Optional<Delivery> of(Exchange exchange) {
        return Optional.ofNullable(exchange.getExchangeExtension().getSafeCopyProperty(PROPERTY, Delivery.class));
    }

    /** Attaches this delivery to an exchange and to all that are created from it. */
    public void putOn(Exchange exchange) {
        exchange.getExchangeExtension().setSafeCopyProperty(PROPERTY, this);
    }

    /** Shared, not copied. */
    @Override
    public SafeCopyProperty safeCopy() {
        return this;
    }

    /** The message's id in the queue; the same in every delivery. */
    public String messageId() {
        return messageId;
    }

    /** How long the message had been in the queue when it was received, if that is known. */
    public Optional<Duration> waited() {
        return waited;
    }

    /** How often the message has been received, including this time; approximate (Amazon SQS API Reference, ReceiveMessage). */
    public int receiveCount() {
        return receiveCount;
    }

    /**
     * The message was split: from now on it has ended only when each of its events has.
     *
     * @param elements the elements of the split, one for each event, in order
     * @return the elements to continue with, without those that an earlier delivery has settled
     */
    public synchronized <T> List<T> split(List<T> elements) {
        size = Optional.of(elements.size());
        List<T> open = new ArrayList<>(elements.size());
        for (int place = 0; place < elements.size(); place++) {
            T element = elements.get(place);
            places.put(element, place);
            if (!history.settled().get(place)) {
                open.add(element);
                openPlaces.add(place);
            }
        }
        return open;
    }

    /**
     * Begins the event that an exchange carries, unless it has begun already.
     *
     * @param exchange the event's exchange; all that are created from it share the event
     * @param letterBody the body of a dead letter for this event
     * @return false if this delivery or an earlier one has already handled the event
     */
    public boolean begin(Exchange exchange, String letterBody) {
        if (EventInFlight.of(exchange).isPresent()) {
            return true;
        }
        EventInFlight event;
        synchronized (this) {
            int place = place(exchange);
            event = new EventInFlight(this, place, letterBody);
            if (history.settled().get(place) || begun.putIfAbsent(place, event) != null) {
                return false;
            }
        }
        event.begin(exchange);
        return true;
    }

    /** The place of the exchange's element; if a step has changed the body, or split it itself, the index of the split. */
    private int place(Exchange exchange) {
        Integer known = places.get(exchange.getMessage().getBody());
        if (known != null) {
            return known;
        }
        int number = exchange.getProperty(ExchangePropertyKey.SPLIT_INDEX, 0, int.class);
        if (places.isEmpty()) {
            size = Optional.of(exchange.getProperty(ExchangePropertyKey.SPLIT_SIZE, 1, int.class));
            return number;
        }
        if (number >= openPlaces.size()) {
            throw new IllegalStateException("dedupKeys must be inside the split that uses dedupEvents");
        }
        return openPlaces.get(number);
    }

    /** The message's own exchange has ended, so no more events begin. If it was not split, the message ends as a whole. */
    public void exchangeEnded(Exchange exchange) {
        Throwable failure = EventInFlight.failureOf(exchange).orElse(null);
        beginWhole().ifPresent(event -> {
            if (failure != null) {
                event.failed(failure);
            }
            event.exchangesEnded();
        });
    }

    /** Begins the message as a whole; empty if it was split, or was begun as a whole already. */
    private synchronized Optional<EventInFlight> beginWhole() {
        if (size.isPresent() || whole.isPresent()) {
            return Optional.empty();
        }
        whole = Optional.of(new EventInFlight(this, WHOLE, body));
        return whole;
    }

    /**
     * A failure that belongs to no event. Before the split, the message fails as a whole. After the split all events have ended, so
     * nothing is left to decide.
     *
     * @param decision what becomes of the message; if empty, the failure table decides
     */
    public void failed(Throwable failure, Optional<Failure> decision) {
        Optional<EventInFlight> failed = beginWhole();
        failed.ifPresent(event -> {
            decision.ifPresentOrElse(given -> event.failed(failure, given), () -> event.failed(failure));
            event.exchangesEnded();
        });
        if (failed.isEmpty() && state().isSettled()) {
            LOG.warn(
                    "Message {}: a step after the split failed, which does not affect its events: {}",
                    messageId,
                    ErrorText.of(failure));
        }
    }

    /** How often the message has failed as a whole, before the split, including this time. */
    public int attempts() {
        return history.failures(WHOLE) + 1;
    }

    /** The route that the message goes through. */
    public Pipeline pipeline() {
        return pipeline;
    }

    History earlier() {
        return history;
    }

    /** Wakes threads in {@link #awaitEvents}. */
    synchronized void eventAtRest() {
        notifyAll();
    }

    /**
     * Waits until every event that has begun has ended, including those that were handed over to other threads.
     *
     * @throws InterruptedException if the thread is interrupted
     */
    public synchronized void awaitEvents() throws InterruptedException {
        while (!state().isAtRest()) {
            wait();
        }
    }

    MessageState state() {
        return stateWithout(event -> false);
    }

    /** The state as if these events were settled. */
    private synchronized MessageState stateWithout(Predicate<EventInFlight> settled) {
        Map<Integer, EventState> states = new HashMap<>(2);
        BitSet places = (BitSet) history.settled().clone();
        begun.forEach((place, event) -> {
            if (settled.test(event)) {
                places.set(place);
            } else {
                states.put(place, event.state());
            }
        });
        return new MessageState(size, places, whole.map(EventInFlight::state), states);
    }

    /**
     * The dead letter for a duplicate in the same message as its original. While the original's dead letter waits for the other events of
     * the message, it keeps its key. So the duplicate could never claim the key, and both would wait for each other. Therefore the
     * duplicate is dead-lettered like its original.
     */
    Optional<Failure.Dead> deadLetterOfOriginal(EventInFlight duplicate) {
        return events().stream()
                .flatMap(event -> event.deadLetterFor(duplicate).stream())
                .map(dead -> new Failure.Dead(dead.letter(), false))
                .findFirst();
    }

    /** Whether all events of the message are settled, so that it may be deleted. */
    public boolean isSettled() {
        return state().isSettled();
    }

    /**
     * The dead letters to send now, in the order of their events; none if another event of the message is retried. A duplicate
     * that waits for the key of one of these events does not count, because it can claim the key only after the dead letter is accepted.
     */
    public List<Message> unsentLetters(Exchange exchange) {
        return stateWithout(EventInFlight::waitsForLetterOfOriginal).mayLettersGo()
                ? events().stream()
                        .flatMap(event -> event.unsentLetter(exchange).stream())
                        .toList()
                : List.of();
    }

    /** The dead letter to send now if the message failed as a whole. */
    public synchronized List<Message> unsentLetterOfWhole(Exchange exchange) {
        return whole.flatMap(event -> event.unsentLetter(exchange)).stream().toList();
    }

    /**
     * The message goes back to the queue, so events whose dead letters were not accepted come again.
     *
     * @return the failure with the longest delay, if any
     */
    public Optional<Failure.Again> givenBack() {
        events().forEach(EventInFlight::keepLetter);
        return events().stream()
                .filter(event -> event.state().comesAgain())
                .flatMap(event -> event.failure().stream())
                .filter(Failure.Again.class::isInstance)
                .map(Failure.Again.class::cast)
                .max(Comparator.comparing(Failure.Again::visibleIn));
    }

    private synchronized List<EventInFlight> events() {
        List<EventInFlight> events = new ArrayList<>(whole.stream().toList());
        begun.keySet().stream().sorted().map(begun::get).forEach(events::add);
        return events;
    }

    /** What the next delivery of the message needs to know. */
    synchronized History history() {
        BitSet settled = (BitSet) history.settled().clone();
        Map<Integer, Integer> counted = new HashMap<>(history.failures());
        for (EventInFlight event : events()) {
            if (event.state().isSettled()) {
                if (event.place() != WHOLE) {
                    settled.set(event.place());
                }
            } else if (event.isFailureToCount()) {
                counted.merge(event.place(), 1, Integer::sum);
            }
        }
        return new History(settled, counted);
    }
}
