package io.eventdedup.key;

/** One event of a message, or what stands where one should be. */
public sealed interface IncomingEvent permits UsableEvent, UnusableEvent {

    /** The body of the whole message, as it came. */
    String messageBody();

    /**
     * This event's own part of the body, character for character; in what was decoded from an SNS notification, characters that SQS
     * does not accept are JSON escapes.
     */
    String text();

    /** Whether the message holds nothing else; false for one of several, and for an element of an array, even the only one. */
    boolean alone();

    /**
     * What a dead letter for this event carries, which SQS accepts: sent to the input again, it is processed again, and nothing
     * else.
     */
    default String deadLetter() {
        return alone() ? messageBody() : text();
    }
}
