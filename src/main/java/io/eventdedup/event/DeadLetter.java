package io.eventdedup.event;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Why an event is dead-lettered.
 *
 * @param reason {@code dedupReason}
 * @param error {@code dedupError}: what failed, without event content
 * @param failedAt {@code dedupFailedAt}
 */
public record DeadLetter(String reason, String error, Instant failedAt) {

    /** The prefix of all our message attributes. */
    public static final String ATTRIBUTE_PREFIX = "dedup";

    /** The attribute with the reason. */
    public static final String REASON = "dedupReason";

    private static final String SOURCE_MESSAGE_ID = "dedupSourceMessageId";

    private static final String ERROR = "dedupError";
    private static final String RECEIVE_COUNT = "dedupReceiveCount";
    private static final String FAILED_AT = "dedupFailedAt";

    /** The message attributes of the dead letter. */
    Map<String, Object> attributes(String key, Delivery delivery) {
        Map<String, Object> attributes = new LinkedHashMap<>();
        attributes.put(REASON, reason);
        attributes.put(ERROR, error);
        if (key != null) {
            attributes.put(EventInFlight.KEY, key);
        }
        attributes.put(SOURCE_MESSAGE_ID, delivery.messageId());
        attributes.put(RECEIVE_COUNT, Integer.toString(delivery.receiveCount()));
        attributes.put(FAILED_AT, failedAt.truncatedTo(ChronoUnit.MILLIS).toString());
        return attributes;
    }
}
