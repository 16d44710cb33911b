package io.eventdedup.key;

/** One event of a message, or the text found where an event should be. */
public sealed interface IncomingEvent permits UsableEvent, UnusableEvent {

    /** The body of the whole message, unchanged. */
    String messageBody();

    /**
     * This event's part of the body, character for character. If it was decoded from an SNS notification, characters that SQS
     * does not accept are written as JSON escapes.
     */
    String text();

    /** Whether the body is just this event; false for one of several, and for an array element, even the only one. */
    boolean alone();

    /**
     * The body of this event's dead letter, which SQS accepts. Sent to the input queue again, it reprocesses this event and no
     * other.
     */
    default String deadLetter() {
        return alone() ? messageBody() : text();
    }
}
