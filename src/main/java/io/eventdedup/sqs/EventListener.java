package io.eventdedup.sqs;

/**
 * Hears what becomes of each event, once for each delivery of its message, on the thread that ended the event. When that is:
 *
 * <ul>
 *   <li>{@link Outcome#FORWARDED}: after the output queue has accepted the event, before its key is confirmed in the table. If
 *       the process dies right after the call, the event comes again; its key is in progress until the lease ends, and then the
 *       event is forwarded and told of once more.
 *   <li>{@link Outcome#FILTERED}: after the last step, before its key is confirmed. A process that dies right after the call runs
 *       the steps again.
 *   <li>{@link Outcome#DUPLICATE}: after its key was found completed, {@link EventInFlight#copy} included. Nothing is confirmed; if
 *       the process dies before the message is deleted, the copy is told of again.
 *   <li>{@link Outcome#DEAD_LETTER}: after its claim was released and the dead-letter queue has accepted the letter. If the process
 *       dies before the message is deleted, the event is new, and may be lettered and told of again.
 *   <li>{@link Outcome#RETURNED}: before its claim is released; the event comes again, and has this outcome as often as that happens.
 * </ul>
 *
 * <p>Each call comes before the message is deleted: a crash can make a count too high, but every event whose message is gone
 * was told of. An event that was settled in an earlier delivery of the message, as far as this process knows, is not told of
 * again when it comes back as a duplicate. What a listener keeps in memory only, it loses with the process.
 */
@FunctionalInterface
public interface EventListener {

    /** Hears nothing. */
    EventListener NONE = (event, outcome) -> {};

    /**
     * An event has ended in this delivery of its message.
     *
     * <p>Must not block or throw: it is called while the message is in flight, with the delivery locked, and between the output
     * queue's acceptance and the confirm, where time costs a second delivery if the process dies.
     */
    void ended(EventInFlight event, Outcome outcome);

    /** A listener that tells this one first and then the other. */
    default EventListener andThen(EventListener other) {
        return (event, outcome) -> {
            ended(event, outcome);
            other.ended(event, outcome);
        };
    }
}
