package io.eventdedup.sqs;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What goes to the dead-letter queue: the body as it came, and why.
 *
 * @param body the text that the message, or the element of an array, came with
 * @param reason {@code dedupReason}
 * @param error {@code dedupError}: exception class and message, never event content
 * @param key {@code dedupKey}, or null if none could be computed
 * @param rule the key rule that matched, for the counters only
 * @param sourceMessageId {@code dedupSourceMessageId}: the SQS id in the input queue
 * @param receiveCount {@code dedupReceiveCount}: deliveries until the letter was written
 * @param failedAt {@code dedupFailedAt}
 */
record DeadLetter(
        String body,
        String reason,
        String error,
        String key,
        String rule,
        String sourceMessageId,
        int receiveCount,
        Instant failedAt) {

    static final String REASON = "dedupReason";
    static final String ERROR = "dedupError";
    static final String KEY = "dedupKey";
    static final String SOURCE_MESSAGE_ID = "dedupSourceMessageId";
    static final String RECEIVE_COUNT = "dedupReceiveCount";
    static final String FAILED_AT = "dedupFailedAt";

    private static final int LONGEST_ERROR = 256;

    /** The exception class and message, on one line, cut to the length that {@code dedupError} allows. */
    static String describe(Throwable cause) {
        String text = cause.getClass().getName() + ": " + cause.getMessage();
        String printable = text.replaceAll("[\\p{Cntrl}\\p{Cs}]+", " ");
        return printable.length() <= LONGEST_ERROR ? printable : printable.substring(0, LONGEST_ERROR);
    }

    /** The message attributes of the letter. */
    Map<String, Object> attributes() {
        Map<String, Object> attributes = new LinkedHashMap<>();
        attributes.put(REASON, reason);
        attributes.put(ERROR, error);
        if (key != null) {
            attributes.put(KEY, key);
        }
        attributes.put(SOURCE_MESSAGE_ID, sourceMessageId);
        attributes.put(RECEIVE_COUNT, Integer.toString(receiveCount));
        attributes.put(FAILED_AT, failedAt.truncatedTo(ChronoUnit.MILLIS).toString());
        return attributes;
    }
}
