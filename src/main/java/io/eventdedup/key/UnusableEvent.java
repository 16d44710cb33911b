package io.eventdedup.key;

/**
 * A body, or an element of one, that can never be processed.
 *
 * @param message what is wrong, in a few words, with nothing of the event in them
 */
public record UnusableEvent(String messageBody, String text, boolean alone, UnusableReason reason, String message)
        implements IncomingEvent {

    /** Text that SQS would reject was the message of an SNS notification, or the end of one; it becomes one again. */
    @Override
    public String deadLetter() {
        String letter = IncomingEvent.super.deadLetter();
        return SendableText.isSendable(letter) ? letter : SendableText.notification(letter);
    }

    /** Holds nothing of the event: this ends up in logs. */
    @Override
    public String toString() {
        return "unusable event, " + reason + ": " + message;
    }
}
