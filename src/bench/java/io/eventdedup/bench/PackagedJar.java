package io.eventdedup.bench;

import io.eventdedup.dynamodb.ClaimTable;
import io.eventdedup.local.EmbeddedAws;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;

/** The packaged program as a process of its own against the embedded AWS, from its start to the events that it forwards. */
final class PackagedJar implements AutoCloseable {

    static final String INPUT = "start-input";
    static final String OUTPUT = "start-output";
    static final String DEAD_LETTERS = "start-dead-letters";
    static final String TABLE = "start-table";
    private static final int BATCH = 10;
    private static final int TRAINING = 5_000;
    private static final double COPIES = 0.3;
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final EmbeddedAws aws;
    private final SqsClient sqs;
    private final Workload.Source source = new Workload.Source();

    PackagedJar() {
        aws = EmbeddedAws.start();
        sqs = aws.sqsClient();
        List.of(INPUT, OUTPUT, DEAD_LETTERS).forEach(name -> sqs.createQueue(queue -> queue.queueName(name)));
        try (DynamoDbClient dynamoDb = aws.dynamoDbClient()) {
            new ClaimTable(dynamoDb, TABLE).createIfMissing();
        }
    }

    /** Takes a command that starts the program through a training run, and waits until it has ended. */
    public static void main(String[] command) {
        try (PackagedJar program = new PackagedJar()) {
            program.train(List.of(command));
        }
        System.exit(0);
    }

    /**
     * A fresh process.
     *
     * @param seconds from its start to the arrival of its first event
     * @param cpuSeconds user and system, until then
     * @param cpuSecondsOfMore the same for the events after it
     * @param peakMb the most memory that it had at once
     */
    record Cold(double seconds, double cpuSeconds, double cpuSecondsOfMore, double peakMb) {}

    /**
     * Starts the program with an event in its queue, waits for that event in the output queue, sends more, and stops the program as an
     * orchestrator does.
     *
     * @param command what starts it
     * @throws IllegalStateException if an event does not arrive, or the program does not stop
     */
    Cold cold(List<String> command, Map<String, String> environment, int more) {
        sqs.purgeQueue(purge -> purge.queueUrl(url(OUTPUT)));
        send(source.events(1));
        long begin = System.nanoTime();
        Process process = start(command, environment);
        try {
            receive(process, 1);
            double seconds = (System.nanoTime() - begin) / 1e9;
            double cpu = cpu(process);
            send(source.events(more));
            receive(process, more);
            Cold cold = new Cold(seconds, cpu, cpu(process) - cpu, peakMb(process));
            stop(process);
            return cold;
        } finally {
            process.destroyForcibly();
        }
    }

    private static double cpu(Process process) {
        return process.info().totalCpuDuration().orElse(Duration.ZERO).toMillis() / 1000.0;
    }

    /** Linux only. */
    private static double peakMb(Process process) {
        try (Stream<String> status = Files.lines(Path.of("/proc/" + process.pid() + "/status"))) {
            return status.filter(line -> line.startsWith("VmHWM:"))
                    .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / 1024)
                    .findFirst()
                    .orElse(Double.NaN);
        } catch (IOException e) {
            return Double.NaN;
        }
    }

    /** Takes the program through the events of the local run, with copies and unusable ones, so that it loads what it needs for them. */
    void train(List<String> command) {
        send(source.withCopies(TRAINING, COPIES));
        send(List.of("not JSON"));
        Process process = start(command, Map.of());
        try {
            awaitEmpty(process);
            stop(process);
        } finally {
            process.destroyForcibly();
        }
    }

    private Process start(List<String> command, Map<String, String> environment) {
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
        builder.environment().putAll(environment);
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void receive(Process process, int expected) {
        String url = url(OUTPUT);
        long deadline = deadline();
        for (int received = 0; received < expected; ) {
            requireWork(process, deadline);
            List<Message> messages = sqs.receiveMessage(receive ->
                            receive.queueUrl(url).maxNumberOfMessages(10).waitTimeSeconds(1))
                    .messages();
            received += messages.size();
            if (!messages.isEmpty()) {
                EmbeddedAws.deleteAll(sqs, url, messages);
            }
        }
    }

    private void awaitEmpty(Process process) {
        long deadline = deadline();
        while (waiting() > 0) {
            requireWork(process, deadline);
        }
    }

    private int waiting() {
        return sqs
                .getQueueAttributes(get -> get.queueUrl(url(INPUT))
                        .attributeNames(
                                QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES,
                                QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE))
                .attributes()
                .values()
                .stream()
                .mapToInt(Integer::parseInt)
                .sum();
    }

    private static long deadline() {
        return System.nanoTime() + PATIENCE.toNanos();
    }

    private static void requireWork(Process process, long deadline) {
        if (!process.isAlive() || System.nanoTime() > deadline) {
            throw new IllegalStateException("the program forwards nothing; start it by hand to see why");
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

    private void send(List<String> bodies) {
        String url = url(INPUT);
        for (int from = 0; from < bodies.size(); from += BATCH) {
            List<SendMessageBatchRequestEntry> entries = bodies.subList(from, Math.min(from + BATCH, bodies.size())).stream()
                    .map(body -> SendMessageBatchRequestEntry.builder()
                            .id(UUID.randomUUID().toString())
                            .messageBody(body)
                            .build())
                    .toList();
            sqs.sendMessageBatch(send -> send.queueUrl(url).entries(entries));
        }
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
