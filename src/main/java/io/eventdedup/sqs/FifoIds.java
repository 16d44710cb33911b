package io.eventdedup.sqs;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * The deduplication id and group id of a message that is sent to a FIFO queue.
 *
 * <p>SQS drops a second message with the same deduplication id within five minutes (AWS documentation, SendMessage).
 *
 * <ul>
 *   <li>The id of an event is its key, so an event is not sent twice even if the response to the first send is lost. If a step turns an
 *       event into several messages, the second and later ones have the key with their number. An observed duplicate has a different id.
 *   <li>The id of a dead letter is a hash of its text and of the id of its source message. So SQS drops a dead letter that is sent again
 *       after a failed delete, and accepts that of an event that fails again after a redrive, because its source is another message.
 * </ul>
 *
 * @param deduplicationId the id by which SQS recognizes duplicates
 * @param groupId the group within which SQS keeps the order
 */
record FifoIds(String deduplicationId, String groupId) {

    /** The ids that SQS accepts (AWS documentation, SendMessage). */
    private static final Pattern ACCEPTED = Pattern.compile("[A-Za-z0-9\\p{Punct}]{1,128}");

    /** The ids of an event; {@code sentBefore} is the number of earlier sends. */
    static FifoIds ofEvent(String id, String group, int sentBefore) {
        return new FifoIds(acceptable(sentBefore == 0 ? id : id + "-" + (sentBefore + 1)), acceptable(group));
    }

    /** The ids of a dead letter. */
    static FifoIds ofLetter(String sourceMessageId, String body, String group) {
        return new FifoIds(sha256(sourceMessageId + body), acceptable(group));
    }

    /** The ids of any other message, which is never a duplicate. */
    static FifoIds ofOther(String id) {
        return new FifoIds(acceptable(id), acceptable(id));
    }

    private static String acceptable(String id) {
        return ACCEPTED.matcher(id).matches() ? id : sha256(id);
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
