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
 * One delivery of one message, from its receipt until it is deleted or given back. From the split on it knows how many events the
 * message holds and where each of them is ({@link MessageState}).
 *
 * <p>Every exchange that is made from the message's, on whatever thread, shares this object: it is a {@link SafeCopyProperty}, which
 * Camel hands to each copy and no step can remove. Thread-safe; its lock is held for looking things up, never while an event's end is
 * decided or told.
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

    /** The places of the split's elements, and of those that the split goes on with. */
    private final Map<Object, Integer> places = new IdentityHashMap<>();

    private final List<Integer> openPlaces = new ArrayList<>();
    private final Map<Integer, EventInFlight> begun = new HashMap<>(2);
    private Optional<Integer> size = Optional.empty();
    private Optional<EventInFlight> whole = Optional.empty();

    /**
     * @param messageId the id that the queue gave the message; the same in every delivery
     * @param receiveCount how often the queue has handed the message out, this time included
     * @param waited how long the message had been in the queue when it was received, if the queue says so
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

    /** The delivery that an exchange was made from, if any. */
    public static Optional<Delivery> of(Exchange exchange) {
        return Optional.ofNullable(exchange.getExchangeExtension().getSafeCopyProperty(PROPERTY, Delivery.class));
    }

    /** Lets the exchange, and all that are made from it, find this delivery. */
    public void putOn(Exchange exchange) {
        exchange.getExchangeExtension().setSafeCopyProperty(PROPERTY, this);
    }

    /** Shared, not copied. */
    @Override
    public SafeCopyProperty safeCopy() {
        return this;
    }

    /** The id that the queue gave the message; the same in every delivery. */
    public String messageId() {
        return messageId;
    }

    /** How long the message had been in the queue when it was received; empty if the queue does not say. */
    public Optional<Duration> waited() {
        return waited;
    }

    /** How often the queue has handed the message out, this time included; SQS calls the number approximate. */
    public int receiveCount() {
        return receiveCount;
    }

    /**
     * The message was split: from now on it has ended only when each of these has.
     *
     * @param elements what stands for its events, in their order
     * @return those to go on with: not those that an earlier delivery has settled
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
     * Begins with the event that an exchange carries, unless it has begun with it already.
     *
     * @param exchange the event's own; whatever is made from it shares the event
     * @param letterBody what a dead letter for this event carries
     * @return false: the route, or an earlier delivery, has been through with this event
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

    /** Its element's place; where a step has changed the body, or somebody else has split it, the number of the split. */
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
            throw new IllegalStateException("dedupKeys has to stand in the split of dedupEvents");
        }
        return openPlaces.get(number);
    }

    /** The message's own exchange has ended, and nothing more of it will begin: what the route did above the split ends with it. */
    public void exchangeEnded(Exchange exchange) {
        Throwable failure = EventInFlight.failureOf(exchange).orElse(null);
        beginWhole().ifPresent(event -> {
            if (failure != null) {
                event.failed(failure);
            }
            event.exchangesEnded();
        });
    }

    /** The message as a whole; empty below the split, and if it has ended already. */
    private synchronized Optional<EventInFlight> beginWhole() {
        if (size.isPresent() || whole.isPresent()) {
            return Optional.empty();
        }
        whole = Optional.of(new EventInFlight(this, WHOLE, body));
        return whole;
    }

    /**
     * A failure that belongs to no event. Above the split the message fails as a whole; below it every event has ended, so there is
     * nothing left to decide.
     *
     * @param decision what becomes of it; if empty, the failure table decides
     */
    public void failed(Throwable failure, Optional<Failure> decision) {
        Optional<EventInFlight> failed = beginWhole();
        failed.ifPresent(event -> {
            decision.ifPresentOrElse(given -> event.failed(failure, given), () -> event.failed(failure));
            event.exchangesEnded();
        });
        if (failed.isEmpty() && state().isSettled()) {
            LOG.warn("Message {}: a step below the split failed: {}", messageId, ErrorText.of(failure));
        }
    }

    /** How often the message has failed as a whole, above the split, this time included. */
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

    /** Wakes those who wait for the events. */
    synchronized void eventAtRest() {
        notifyAll();
    }

    /**
     * Waits until every event that was begun has ended, also those that were handed over to other threads.
     *
     * @throws InterruptedException if the thread is told to stop
     */
    public synchronized void awaitEvents() throws InterruptedException {
        while (!state().isAtRest()) {
            wait();
        }
    }

    MessageState state() {
        return stateWithout(event -> false);
    }

    /** As if these events were settled. */
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
     * A duplicate in the same message ends as its original does: while the original's dead letter waits for the other events, it
     * keeps the key, so that the duplicate could never be claimed and both would wait for each other.
     */
    Optional<Failure.Dead> deadLetterOfOriginal(EventInFlight duplicate) {
        return events().stream()
                .flatMap(event -> event.deadLetterFor(duplicate).stream())
                .map(dead -> new Failure.Dead(dead.letter(), false))
                .findFirst();
    }

    /** Whether each event of the message, begun or not, has ended for good, so that the message may be deleted. */
    public boolean isSettled() {
        return state().isSettled();
    }

    /**
     * The dead letters to send now, in the order of their events; none while another event of the message comes again. A duplicate
     * that waits for the key of one of these events does not hold them up: it can get the key only when they are accepted.
     */
    public List<Message> unsentLetters(Exchange exchange) {
        return stateWithout(EventInFlight::waitsForLetterOfOriginal).mayLettersGo()
                ? events().stream()
                        .flatMap(event -> event.unsentLetter(exchange).stream())
                        .toList()
                : List.of();
    }

    /** The dead letter of a message that failed as a whole, if it is to be sent now. */
    public synchronized List<Message> unsentLetterOfWhole(Exchange exchange) {
        return whole.flatMap(event -> event.unsentLetter(exchange)).stream().toList();
    }

    /**
     * The message goes back to the queue: events whose letters were not accepted come again.
     *
     * @return how it goes back, if an event says so: with the longest wait that one asks for
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

    /** What the next delivery of the message has to know. */
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
