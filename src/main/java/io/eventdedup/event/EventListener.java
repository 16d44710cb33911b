package io.eventdedup.event;

/**
 * Is called with the outcome of each event, once for each delivery of its message, on the thread that ended the event: after its claim
 * has ended, and before its message is deleted or given back. So a crash can make a count too high, but an event whose message is gone
 * was always reported. If the process dies just before the call:
 *
 * <ul>
 *   <li>{@link Outcome#FORWARDED}, {@link Outcome#FILTERED}: the key is confirmed. The message comes again, and the event is reported
 *       as a duplicate.
 *   <li>{@link Outcome#DUPLICATE}: the message comes again, and the event is reported then.
 *   <li>{@link Outcome#DEAD_LETTER}: the dead-letter queue has the event, and its claim is released. The message comes again, and the
 *       event may be dead-lettered and reported again.
 *   <li>{@link Outcome#RETURNED}: the event comes again; it may have this outcome several times.
 * </ul>
 *
 * <p>An exception of a listener is logged and has no other effect ({@link Listeners}). A listener should not block, because the event's
 * message waits for it.
 */
@FunctionalInterface
public interface EventListener {

    /** An event has ended in this delivery of its message. */
    void ended(EventInFlight event, Outcome outcome);
}
