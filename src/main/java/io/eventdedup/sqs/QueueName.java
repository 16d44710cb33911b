package io.eventdedup.sqs;

import java.net.URI;
import java.util.Optional;

/**
 * How a setting names a queue: by its name, its URL or its ARN.
 *
 * @param text as it is written
 * @param url the URL if the queue is given by it, else null: SQS has to be asked
 * @param identity what the text says about which queue it is
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
            // Camel may take one of the two slashes away
            String url = text.replaceFirst("^(https?):/*", "$1://");
            return new QueueName(text, url, QueueIdentity.ofUrl(URI.create(url)));
        }
        return new QueueName(text, null, QueueIdentity.named(text));
    }

    /** The name alone. */
    public String name() {
        return identity.name();
    }

    /** The AWS account that owns it; null if the text does not say. */
    public String account() {
        return identity.account();
    }

    /** The region that the text names, which need not be the client's. */
    public Optional<String> region() {
        return Optional.ofNullable(identity.region());
    }

    /** Whether it is a FIFO queue; SQS knows them by their name (AWS documentation, CreateQueue). */
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
