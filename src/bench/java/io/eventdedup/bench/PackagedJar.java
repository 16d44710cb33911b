package io.eventdedup.bench;

import io.eventdedup.dynamodb.ClaimTable;
import io.eventdedup.local.EmbeddedAws;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;

/** The packaged program as a process of its own against the embedded AWS, from its start to the events that it forwards. */
final class PackagedJar implements AutoCloseable {

    private static final String INPUT = "start-input";
    private static final String OUTPUT = "start-output";
    private static final String DEAD_LETTERS = "start-dead-letters";
    private static final String TABLE = "start-table";
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final EmbeddedAws aws;
    private final SqsClient sqs;
    private int events;

    PackagedJar() {
        aws = EmbeddedAws.start();
        sqs = aws.sqsClient();
        List.of(INPUT, OUTPUT, DEAD_LETTERS).forEach(name -> sqs.createQueue(queue -> queue.queueName(name)));
        try (DynamoDbClient dynamoDb = aws.dynamoDbClient()) {
            new ClaimTable(dynamoDb, TABLE).createIfMissing();
        }
    }

    /**
     * Starts the program with an event in its queue, waits for that event in the output queue, and stops the program as an
     * orchestrator does.
     *
     * @param command what starts it
     * @return from the start of the process to the arrival of the event
     * @throws IllegalStateException if no event arrives, or the program does not stop
     */
    Duration firstEvent(List<String> command) {
        send(event());
        long begin = System.nanoTime();
        Process process = start(command);
        try {
            receive(process, 1);
            Duration taken = Duration.ofNanos(System.nanoTime() - begin);
            stop(process);
            return taken;
        } finally {
            process.destroyForcibly();
        }
    }

    /** Takes the program through new events, copies and an unusable one, so that it loads what it needs for them. */
    void train(List<String> command) {
        for (int i = 0; i < 20; i++) {
            String event = event();
            send(event);
            send(event);
        }
        send("not JSON");
        Process process = start(command);
        try {
            receive(process, 20);
            stop(process);
        } finally {
            process.destroyForcibly();
        }
    }

    private Process start(List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(Path.of(System.getProperty("java.io.tmpdir")).toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment()
                .putAll(Map.of(
                        "AWS_REGION", EmbeddedAws.REGION,
                        "AWS_ACCESS_KEY_ID", EmbeddedAws.ACCESS_KEY,
                        "AWS_SECRET_ACCESS_KEY", EmbeddedAws.SECRET_KEY,
                        "AWS_ENDPOINT_URL_SQS", aws.sqsEndpoint().toString(),
                        "AWS_ENDPOINT_URL_DYNAMODB", aws.dynamoDbEndpoint().toString(),
                        "DEDUP_INPUT_QUEUE", INPUT,
                        "DEDUP_OUTPUT_QUEUE", OUTPUT,
                        "DEDUP_DEAD_LETTER_QUEUE", DEAD_LETTERS,
                        "DEDUP_TABLE", TABLE));
        builder.environment().put("DEDUP_HTTP_PORT", Integer.toString(EmbeddedAws.freePort()));
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void receive(Process process, int expected) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        int received = 0;
        while (received < expected) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new IllegalStateException("the program forwards nothing; start it by hand to see why");
            }
            List<Message> messages = sqs.receiveMessage(receive ->
                            receive.queueUrl(url(OUTPUT)).maxNumberOfMessages(10).waitTimeSeconds(1))
                    .messages();
            received += messages.size();
            messages.forEach(message -> sqs.deleteMessage(
                    delete -> delete.queueUrl(url(OUTPUT)).receiptHandle(message.receiptHandle())));
        }
    }

    /** SIGTERM; what is in the program's hands is finished, and archives are written. */
    private static void stop(Process process) {
        process.destroy();
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException("the program does not stop");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private String event() {
        return "{\"detail-type\":\"v2.users.{id}.presence\",\"detail\":{\"topicName\":\"v2.users.%d.presence\"}}"
                .formatted(events++);
    }

    private void send(String body) {
        sqs.sendMessage(send -> send.queueUrl(url(INPUT)).messageBody(body));
    }

    private String url(String queue) {
        return sqs.getQueueUrl(get -> get.queueName(queue)).queueUrl();
    }

    @Override
    public void close() {
        sqs.close();
        aws.close();
    }
}
