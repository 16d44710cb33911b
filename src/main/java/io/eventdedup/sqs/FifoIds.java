package io.eventdedup.sqs;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * Deduplication id and group id of what is sent to a FIFO queue.
 *
 * <p>SQS drops a second message with the same deduplication id within five minutes (AWS documentation, SendMessage). An
 * event's id is its key, so that not even a lost answer sends it twice; if a step makes several messages of an event, the
 * second and later ones append their number. A copy that is only observed has an id of its own. A dead letter's id is a hash of
 * its source message's id and its text: SQS drops a letter that is sent again after a failed delete, but keeps the letter of an
 * event that fails again after a redrive, since its source is another message.
 *
 * @param deduplicationId the id by which SQS knows copies
 * @param groupId the group within which SQS keeps the order
 */
record FifoIds(String deduplicationId, String groupId) {

    /** What SQS accepts in either id (AWS documentation). */
    private static final Pattern ACCEPTED = Pattern.compile("[A-Za-z0-9\\p{Punct}]{1,128}");

    /** The ids of an event that was sent so often before. */
    static FifoIds ofEvent(String id, String group, int sentBefore) {
        return new FifoIds(acceptable(sentBefore == 0 ? id : id + "-" + (sentBefore + 1)), acceptable(group));
    }

    /** The ids of a dead letter. */
    static FifoIds ofLetter(String sourceMessageId, String body, String group) {
        return new FifoIds(sha256(sourceMessageId + body), acceptable(group));
    }

    /** The ids of any other message: it is a copy of nothing. */
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
