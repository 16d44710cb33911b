package io.eventdedup.sqs;

/** Hears what becomes of each event. */
@FunctionalInterface
public interface EventListener {

    /** Hears nothing. */
    EventListener NONE = (event, outcome) -> {};

    /**
     * An event has ended in this delivery of its message. It is called once, after the output or dead-letter queue has
     * accepted the event and before its message is deleted, so a process that dies in between counts the event again when
     * the message returns. An event that was settled in an earlier delivery of the message, as far as this process knows, is
     * not told of again.
     */
    void ended(EventInFlight event, Outcome outcome);
}
