package io.eventdedup.route;

import software.amazon.awssdk.core.exception.SdkException;

/** What may be said of an exception in a log or a dead letter: exceptions of other libraries may quote the event. */
final class ErrorText {

    private static final int LONGEST = 256;
    private static final String OURS = "io.eventdedup.";

    private ErrorText() {}

    /** The class, and of our own and the AWS SDK's exceptions the message; one line of at most 256 characters. */
    static String of(Throwable failure) {
        String type = failure.getClass().getName();
        boolean quotesNoEvent = type.startsWith(OURS) || failure instanceof SdkException;
        String text = quotesNoEvent ? type + ": " + failure.getMessage() : type;
        return cut(text.replaceAll("[\\p{Cntrl}\\p{Cs}]+", " "));
    }

    /** Never between the two halves of a character: SQS refuses a half. */
    private static String cut(String text) {
        if (text.length() <= LONGEST) {
            return text;
        }
        boolean splitsCharacter = Character.isHighSurrogate(text.charAt(LONGEST - 1));
        return text.substring(0, splitsCharacter ? LONGEST - 1 : LONGEST);
    }
}
