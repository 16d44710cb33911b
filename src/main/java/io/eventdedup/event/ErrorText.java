package io.eventdedup.event;

import java.util.List;

/** Describes an exception for logs and dead letters without event content, which exceptions of other libraries may quote. */
final class ErrorText {

    private static final int MAX_LENGTH = 256;

    /** Messages of these exceptions contain no event content. */
    private static final List<String> QUOTE_NO_EVENT = List.of("io.eventdedup.", "software.amazon.awssdk.");

    private ErrorText() {}

    /** The class and, only for our and the AWS SDK's exceptions, the message; one line of at most 256 characters. */
    static String of(Throwable failure) {
        String type = failure.getClass().getName();
        boolean quotesNoEvent = QUOTE_NO_EVENT.stream().anyMatch(type::startsWith);
        String text = quotesNoEvent ? type + ": " + failure.getMessage() : type;
        return cut(text.replaceAll("[\\p{Cntrl}\\p{Cs}]+", " "));
    }

    /** Never cuts a surrogate pair in half, because SQS rejects half a pair. */
    private static String cut(String text) {
        if (text.length() <= MAX_LENGTH) {
            return text;
        }
        boolean splitsCharacter = Character.isHighSurrogate(text.charAt(MAX_LENGTH - 1));
        return text.substring(0, splitsCharacter ? MAX_LENGTH - 1 : MAX_LENGTH);
    }
}
