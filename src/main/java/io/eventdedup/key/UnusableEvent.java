package io.eventdedup.key;

/**
 * A body, or an element of one, that can never be processed.
 *
 * @param message what is wrong, in a few words, with nothing of the event in them
 */
public record UnusableEvent(String messageBody, String text, boolean alone, UnusableReason reason, String message)
        implements IncomingEvent {

    /** Holds nothing of the event: this ends up in logs. */
    @Override
    public String toString() {
        return "unusable event, " + reason + ": " + message;
    }
}
