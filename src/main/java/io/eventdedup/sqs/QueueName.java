package io.eventdedup.sqs;

import java.net.URI;
import java.util.Optional;

/**
 * A queue as a setting names it: by name, URL or ARN.
 *
 * @param text the text of the setting
 * @param url the URL, if the text is one; otherwise null, and SQS must be asked
 * @param identity what the text shows of the identity of the queue
 */
public record QueueName(String text, String url, QueueIdentity identity) {

    private static final String FIFO_SUFFIX = ".fifo";

    /**
     * Reads the name, URL or ARN of a queue.
     *
     * @throws IllegalArgumentException if the text is empty, names no queue, or contradicts itself
     */
    public static QueueName parse(String text) {
        if (text == null || text.isBlank()) {
            throw new IllegalArgumentException(
                    "The name of the queue is missing; write dedup-sqs:NAME, with the name, the"
                            + " URL or the ARN of a queue");
        }
        if (text.startsWith("arn:")) {
            return new QueueName(text, null, QueueIdentity.ofArn(text));
        }
        if (text.startsWith("http:") || text.startsWith("https:")) {
            // Camel may remove one of the two slashes
            String url = text.replaceFirst("^(https?):/*", "$1://");
            return new QueueName(text, url, QueueIdentity.ofUrl(URI.create(url)));
        }
        return new QueueName(text, null, QueueIdentity.named(text));
    }

    /** The name alone. */
    public String name() {
        return identity.name();
    }

    /** The AWS account that owns the queue; null if the text does not show it. */
    public String account() {
        return identity.account();
    }

    /** The region that the text names, if any; it may differ from that of the client. */
    public Optional<String> region() {
        return Optional.ofNullable(identity.region());
    }

    /** Whether it is a FIFO queue, which its name shows (AWS documentation, CreateQueue). */
    public boolean isFifo() {
        return name().endsWith(FIFO_SUFFIX);
    }

    /**
     * Whether both texts certainly name the same queue, for a client of one account.
     */
    public boolean isCertainly(QueueName other) {
        boolean sameText = url == null ? text.equals(other.text) : url.equals(other.url);
        return sameText || identity.isComplete() && identity.equals(other.identity);
    }
}
