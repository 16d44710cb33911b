package io.eventdedup.sqs;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.SendMessageRequest;

/**
 * Deduplication id and group id of what is sent to a FIFO queue.
 *
 * <p>SQS drops a second message with the same deduplication id within five minutes (AWS documentation). An event's id is
 * its key, so that not even a lost answer sends it twice. A dead letter's id names the message that it came from and its
 * text: one that is sent again after a failed delete is dropped, while an event that fails again after it was sent back
 * to the input queue is another message, and kept.
 */
final class FifoIds {

    /** What SQS accepts in either id (AWS documentation). */
    private static final Pattern ACCEPTED = Pattern.compile("[A-Za-z0-9\\p{Punct}]{1,128}");

    private FifoIds() {}

    /** The request with its ids; a group id that SQS would refuse is replaced by its hash. */
    static SendMessageRequest withIds(SendMessageRequest request) {
        SendMessageRequest.Builder result = request.toBuilder();
        Map<String, MessageAttributeValue> attributes = request.messageAttributes();
        if (attributes.containsKey(DeadLetter.REASON)) {
            String source = attributes.get(DeadLetter.SOURCE_MESSAGE_ID).stringValue();
            result.messageDeduplicationId(sha256(source + request.messageBody()));
        } else if (attributes.containsKey(DeadLetter.KEY)) {
            result.messageDeduplicationId(attributes.get(DeadLetter.KEY).stringValue());
        }
        String group = request.messageGroupId();
        if (group != null && !ACCEPTED.matcher(group).matches()) {
            result.messageGroupId(sha256(group));
        }
        return result.build();
    }

    private static String sha256(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
