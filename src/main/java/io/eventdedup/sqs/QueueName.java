package io.eventdedup.sqs;

import java.net.URI;

/**
 * How a setting names a queue: by its name, its URL or its ARN.
 *
 * @param text as it is written
 * @param name the name alone
 * @param account the AWS account that an ARN names, else null
 * @param url the URL if the queue is given by it, else null: SQS has to be asked
 */
public record QueueName(String text, String name, String account, String url) {

    private static final String FIFO_SUFFIX = ".fifo";
    private static final int PARTS_OF_AN_ARN = 6;

    /**
     * Reads the name, URL or ARN of a queue.
     *
     * @throws IllegalArgumentException if the text is empty, or an ARN of something else
     */
    public static QueueName parse(String text) {
        if (text == null || text.isBlank()) {
            throw new IllegalArgumentException(
                    "The name of the queue is missing; write dedup-sqs:NAME, with the name, the"
                            + " URL or the ARN of a queue");
        }
        if (text.startsWith("arn:")) {
            String[] parts = text.split(":");
            if (parts.length != PARTS_OF_AN_ARN || !parts[2].equals("sqs")) {
                throw new IllegalArgumentException(
                        text + " is not the ARN of a queue; write it like arn:aws:sqs:eu-central-1:123456789012:NAME");
            }
            return new QueueName(text, parts[5], parts[4], null);
        }
        if (text.startsWith("http:") || text.startsWith("https:")) {
            // Camel may take one of the two slashes away
            String url = text.replaceFirst("^(https?):/*", "$1://");
            String path = URI.create(url).getPath();
            return new QueueName(text, path.substring(path.lastIndexOf('/') + 1), null, url);
        }
        return new QueueName(text, text, null, null);
    }

    /** Whether it is a FIFO queue; SQS knows them by their name (AWS documentation, CreateQueue). */
    public boolean isFifo() {
        return name.endsWith(FIFO_SUFFIX);
    }
}
