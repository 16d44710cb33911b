package io.eventdedup.local;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;

/**
 * What the user may say to the local run.
 *
 * @param events the user's own events; without them the samples are multiplied
 * @param count how many messages to make of the samples
 * @param seed which ones
 * @param keep stay up after the table
 * @param sqsPort where SQS listens; 0 takes a free port
 * @param dynamoDbPort where DynamoDB listens; 0 takes a free port
 */
record LocalRunOptions(Optional<Path> events, int count, long seed, boolean keep, int sqsPort, int dynamoDbPort) {

    static LocalRunOptions from(Properties properties) {
        return new LocalRunOptions(
                Optional.ofNullable(properties.getProperty("events")).map(Path::of),
                (int) number(properties, "count", 5000, 1, 10_000_000),
                number(properties, "seed", 1, Long.MIN_VALUE, Long.MAX_VALUE),
                !properties.getProperty("keep", "false").equals("false"),
                (int) number(properties, "sqs.port", 0, 0, 65535),
                (int) number(properties, "dynamodb.port", 0, 0, 65535));
    }

    private static long number(Properties properties, String name, long otherwise, long least, long most) {
        String text = properties.getProperty(name);
        if (text == null) {
            return otherwise;
        }
        try {
            long number = Long.parseLong(text.strip());
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // told below, like a number out of range
        }
        throw new BadInputException("-D%s=%s: must be a whole number from %d to %d".formatted(name, text, least, most));
    }
}
