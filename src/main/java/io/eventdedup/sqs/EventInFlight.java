package io.eventdedup.sqs;

import io.eventdedup.claim.ShortKey;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.camel.Exchange;
import org.apache.camel.SafeCopyProperty;
import org.apache.camel.support.DefaultMessage;

/**
 * One event of a delivered message, from the split until its end. Every exchange that is made from it, on whatever thread,
 * shares this object: it is a {@link SafeCopyProperty}, which Camel hands to each copy and no step can remove.
 *
 * <p>It sees to it that one event ends once:
 *
 * <ul>
 *   <li>The first failure counts. An event that has failed is not sent any more, whichever of its exchanges asks.
 *   <li>An event that the output queue has accepted is forwarded, whatever fails afterwards.
 *   <li>It ends when its own exchange has ended, and the exchange on another thread that has taken over its completion (seda).
 * </ul>
 */
public final class EventInFlight implements SafeCopyProperty {

    /** The name under which an exchange carries its event. */
    static final String PROPERTY = "dedupEvent";

    /** The attribute of a forwarded message and of a dead letter that holds the key. */
    static final String KEY = "dedupKey";

    /** The header of a dead letter that leads to its event. Camel never sends headers with its own prefix. */
    private static final String LETTER_HEADER = "CamelDedupLetter";

    /** Stands for the rule of what is no event. */
    public static final String NO_RULE = "none";

    /**
     * What the event's key rule says of it.
     *
     * @param key the key
     * @param rule the rule that matched
     * @param group the FIFO message group
     * @param eventType the type, as the forwarded message carries it
     * @param fallback whether a part of the rule's key was missing
     * @param time the event's own time, if it gives one
     */
    public record Identity(
            String key, String rule, String group, String eventType, boolean fallback, Optional<Instant> time) {}

    private final Delivery delivery;
    private final int index;
    private final String originalBody;
    private final long begin = System.nanoTime();

    private Identity identity;
    private boolean observedCopy;
    private OptionalInt failuresBefore = OptionalInt.empty();
    private Copy copy;
    private Failure failure;
    private int sends;
    private boolean forwarded;
    private boolean sentElsewhere;
    private boolean ownExchangeEnded;
    private boolean ended;
    private Outcome outcome;

    EventInFlight(Delivery delivery, int index, String originalBody) {
        this.delivery = delivery;
        this.index = index;
        this.originalBody = originalBody;
    }

    /** The event that an exchange was made from, if any. */
    public static Optional<EventInFlight> of(Exchange exchange) {
        return Optional.ofNullable(exchange.getExchangeExtension().getSafeCopyProperty(PROPERTY, EventInFlight.class));
    }

    /** The event whose dead letter an exchange carries, if any. */
    static Optional<EventInFlight> ofLetter(Exchange exchange) {
        return Optional.ofNullable(exchange.getMessage().getHeader(LETTER_HEADER, EventInFlight.class));
    }

    /** Whether an exchange carries a dead letter, which must never become a dead letter itself. */
    public static boolean isLetter(Exchange exchange) {
        return ofLetter(exchange).isPresent();
    }

    /** Shared, not copied. */
    @Override
    public SafeCopyProperty safeCopy() {
        return this;
    }

    /** The delivery of the message that holds the event. */
    public Delivery delivery() {
        return delivery;
    }

    /** The event's place in its message, from 0; -1 for the message as a whole. */
    int index() {
        return index;
    }

    /** Records what the key rules say; until then the event is unknown. */
    public synchronized void identify(Identity known) {
        identity = known;
    }

    /** What the key rules say of the event; empty until they have been asked, and of a body that is no event. */
    public synchronized Optional<Identity> identity() {
        return Optional.ofNullable(identity);
    }

    /** The rule that matched, or {@code none}. */
    public String rule() {
        return identity().map(Identity::rule).orElse(NO_RULE);
    }

    /** The key's first characters, for the log. */
    public String shortKey() {
        return identity().map(known -> ShortKey.of(known.key())).orElse("none");
    }

    /** How long the event has been in flight, in nanoseconds. */
    public long nanos() {
        return System.nanoTime() - begin;
    }

    /** Its key is claimed; {@code failures} attempts on it failed before. */
    public synchronized void claimed(int failures) {
        failuresBefore = OptionalInt.of(failures);
    }

    /** Its key was found completed: it is a copy. */
    public synchronized void foundCopy(Copy found) {
        copy = found;
    }

    /** How it compares with its original; empty for an event that is no copy. */
    public synchronized Optional<Copy> copy() {
        return Optional.ofNullable(copy);
    }

    /**
     * Its key was found completed, in a route that observes copies instead of dropping them: the event goes on, marked as a copy.
     *
     * @return whether it goes on; false if it has claimed the key itself, or was settled in an earlier delivery of its message
     */
    public synchronized boolean observeCopy() {
        observedCopy = failuresBefore.isEmpty() && !delivery.wasSettledEarlier(index);
        return observedCopy;
    }

    /** Whether it is a copy that goes out all the same. */
    synchronized boolean isObservedCopy() {
        return observedCopy;
    }

    /** Its FIFO deduplication id: the key; an observed copy has an id of its own, or SQS would drop it. */
    synchronized String deduplicationId() {
        return observedCopy ? identity.key() + "-" + delivery.messageId() + "-" + index : identity.key();
    }

    /**
     * The attempts on the event, this one included. Before there is a claim, which counts them, the deliveries of the message
     * stand for them.
     */
    public synchronized int attempts() {
        return failuresBefore.isPresent() ? failuresBefore.getAsInt() + 1 : delivery.receiveCount();
    }

    /** Records that the event cannot be forwarded; only the first failure counts. */
    public synchronized void fail(Failure cause) {
        if (failure == null && !ended) {
            failure = cause;
        }
    }

    /** The failure that counts. */
    public synchronized Optional<Failure> failure() {
        return Optional.ofNullable(failure);
    }

    /** Whether the output queue has accepted the event. */
    public synchronized boolean isForwarded() {
        return forwarded;
    }

    /**
     * Starts a send, unless the event has failed.
     *
     * @return how often it was sent before, from 0; empty if it has failed
     */
    synchronized OptionalInt startSend() {
        return failure == null ? OptionalInt.of(sends++) : OptionalInt.empty();
    }

    /** A queue has accepted the event; the output queue or another one. */
    synchronized void accepted(boolean byOutputQueue) {
        if (byOutputQueue) {
            forwarded = true;
        } else {
            sentElsewhere = true;
        }
    }

    /** The event's own exchange has ended; one that has taken over its completion may still be under way. */
    public synchronized void ownExchangeEnds() {
        ownExchangeEnded = true;
        notifyAll();
    }

    /**
     * Waits until the event's own exchange has ended, which may be later than the one that has taken over its completion.
     *
     * @throws InterruptedException if the thread is told to stop
     */
    public synchronized void awaitOwnExchange() throws InterruptedException {
        while (!ownExchangeEnded) {
            wait();
        }
    }

    /**
     * The work on the event is over.
     *
     * @param duplicate whether its key was found completed
     * @return what became of it; empty if it waits for its dead letter to be accepted
     */
    public Optional<Outcome> end(boolean duplicate) {
        Optional<Outcome> end;
        boolean first;
        synchronized (this) {
            first = !ended;
            if (first) {
                ended = true;
                outcome = outcome(duplicate);
            }
            end = Optional.ofNullable(outcome);
        }
        if (first) {
            delivery.ended(this, end);
        }
        return end;
    }

    private Outcome outcome(boolean duplicate) {
        if (forwarded) {
            return sent();
        } else if (failure instanceof Failure.Dead) {
            return null;
        } else if (failure instanceof Failure.Again) {
            return Outcome.RETURNED;
        } else if (duplicate) {
            return Outcome.DUPLICATE;
        }
        return sentElsewhere ? sent() : Outcome.FILTERED;
    }

    private Outcome sent() {
        return observedCopy ? Outcome.OBSERVED_COPY : Outcome.FORWARDED;
    }

    /** The dead-letter queue has accepted the event. */
    void letterAccepted() {
        synchronized (this) {
            if (outcome != null) {
                return;
            }
            outcome = Outcome.DEAD_LETTER;
        }
        delivery.tell(this, Outcome.DEAD_LETTER);
    }

    /** Whether the work on the event is over. */
    public synchronized boolean hasEnded() {
        return ended;
    }

    /** Whether nothing is left to do for the event. */
    synchronized boolean isSettled() {
        return outcome != null && outcome != Outcome.RETURNED;
    }

    /** The event's dead letter, if it has ended with one that no queue has accepted yet. */
    synchronized Optional<org.apache.camel.Message> unsentLetter(Exchange exchange) {
        if (!ended || outcome != null || !(failure instanceof Failure.Dead dead)) {
            return Optional.empty();
        }
        DefaultMessage message = new DefaultMessage(exchange.getContext());
        message.setBody(originalBody);
        dead.letter()
                .attributes(identity == null ? null : identity.key(), delivery)
                .forEach(message::setHeader);
        message.setHeader(LETTER_HEADER, this);
        return Optional.of(message);
    }

    /** Holds nothing of the event: it ends up in logs. */
    @Override
    public String toString() {
        return "event " + index + " of message " + delivery.messageId();
    }
}
