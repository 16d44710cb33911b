package io.eventdedup.event;

/**
 * Hears how each event ends, once for each delivery of its message, on the thread that ended the event: after its claim was told,
 * before its message is deleted or given back. So a crash can make a count too high, but every event whose message is gone was
 * reported. What is lost if the process dies right before the call:
 *
 * <ul>
 *   <li>{@link Outcome#FORWARDED}, {@link Outcome#FILTERED}: the key is confirmed; the message comes again and is reported as a
 *       duplicate.
 *   <li>{@link Outcome#DUPLICATE}: the message comes again and is reported then.
 *   <li>{@link Outcome#DEAD_LETTER}: the dead-letter queue has the event and its claim is released; the message comes again, and the
 *       event may be dead-lettered and reported again.
 *   <li>{@link Outcome#RETURNED}: nothing; the event comes again, and has this outcome as often as that happens.
 * </ul>
 *
 * <p>What a listener throws is logged and changes nothing ({@link Listeners}). It should not block: the event's message waits for it.
 */
@FunctionalInterface
public interface EventListener {

    /** An event has ended in this delivery of its message. */
    void ended(EventInFlight event, Outcome outcome);
}
