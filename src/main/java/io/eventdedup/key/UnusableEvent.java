package io.eventdedup.key;

/**
 * A message body, or an element of one, that can never be processed.
 *
 * @param message what is wrong, in a few words that contain nothing of the event
 */
public record UnusableEvent(String messageBody, String text, boolean alone, UnusableReason reason, String message)
        implements IncomingEvent {

    /** Text that SQS would reject came from an SNS notification, so it is wrapped in one again. */
    @Override
    public String deadLetter() {
        return alone || SendableText.isSendable(text)
                ? IncomingEvent.super.deadLetter()
                : SendableText.notification(text);
    }

    /** Contains nothing of the event, so it is safe to log. */
    @Override
    public String toString() {
        return "unusable event, " + reason + ": " + message;
    }
}
