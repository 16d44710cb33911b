package io.eventdedup.bench;

import static software.amazon.awssdk.services.sqs.model.QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES;

import io.eventdedup.dynamodb.ClaimTable;
import io.eventdedup.local.EmbeddedAws;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;

/** The emulators, and the measuring process's own way to them, on which nothing is counted or delayed. */
final class Stage implements AutoCloseable {

    private static final int BATCH = 10;
    private static final int SENDERS = 4;
    private static final long DAY = 86_400;

    private final Child emulators;
    private final String[] endpoints;
    private final SqsClient sqs;
    private final DynamoDbClient dynamoDb;

    private Stage(Child emulators) {
        this.emulators = emulators;
        endpoints = emulators.ask("endpoints").split(" ");
        StaticCredentialsProvider credentials = StaticCredentialsProvider.create(
                AwsBasicCredentials.create(EmbeddedAws.ACCESS_KEY, EmbeddedAws.SECRET_KEY));
        sqs = SqsClient.builder()
                .endpointOverride(URI.create(endpoints[0]))
                .region(Region.of(EmbeddedAws.REGION))
                .credentialsProvider(credentials)
                .build();
        dynamoDb = DynamoDbClient.builder()
                .endpointOverride(URI.create(endpoints[1]))
                .region(Region.of(EmbeddedAws.REGION))
                .credentialsProvider(credentials)
                .build();
    }

    static Stage open(BenchmarkOptions options) {
        Child emulators = Child.start(
                EmulatorProcess.class,
                List.of("-Xmx1g", "-Dsqlite4java.library.path=" + System.getProperty("sqlite4java.library.path")),
                // they complain of receives that are under way when a queue goes
                Map.of("TEST_LOG_LEVEL", "OFF"),
                List.of());
        Stage stage = new Stage(emulators);
        emulators.ask(
                "latency",
                Long.toString(options.sqsLatency().toMillis()),
                Long.toString(options.dynamoDbLatency().toMillis()));
        return stage;
    }

    /** New queues and a new table. */
    Job newJob(int pollers, int workers, int rawThreads) {
        String suffix = UUID.randomUUID().toString().substring(0, 8);
        Job job = new Job(
                "in-" + suffix, "out-" + suffix, "dlq-" + suffix, "table-" + suffix, pollers, workers, rawThreads);
        for (String queue : List.of(job.input(), job.output(), job.deadLetters())) {
            sqs.createQueue(create -> create.queueName(queue));
        }
        new ClaimTable(dynamoDb, job.table()).createIfMissing();
        return job;
    }

    void delete(Job job) {
        for (String queue : List.of(job.input(), job.output(), job.deadLetters())) {
            sqs.deleteQueue(delete -> delete.queueUrl(url(queue)));
        }
        dynamoDb.deleteTable(delete -> delete.tableName(job.table()));
    }

    /** Starts a variant that reaches the services through the counting proxies. */
    Child start(Variant variant, Job job, List<String> jvmOptions) {
        List<String> arguments = new ArrayList<>(List.of(variant.letter()));
        arguments.addAll(job.arguments());
        return Child.start(
                VariantProcess.class,
                jvmOptions,
                Map.of(
                        "AWS_ENDPOINT_URL_SQS", endpoints[2],
                        "AWS_ENDPOINT_URL_DYNAMODB", endpoints[3],
                        "AWS_REGION", EmbeddedAws.REGION,
                        "AWS_ACCESS_KEY_ID", EmbeddedAws.ACCESS_KEY,
                        "AWS_SECRET_ACCESS_KEY", EmbeddedAws.SECRET_KEY),
                arguments);
    }

    void setReceives(CountingProxy.Receives receives) {
        emulators.ask("receives", receives.name());
    }

    /** The processor time that emulators and proxies have taken, in nanoseconds. */
    long cpuNanos() {
        return Long.parseLong(emulators.ask("cpu"));
    }

    Counts counts() {
        return Counts.parse(emulators.ask("counts"));
    }

    SqsClient sqs() {
        return sqs;
    }

    String url(String queue) {
        return Job.url(sqs, queue);
    }

    /** Puts messages into a queue, in their order as far as SQS keeps it. */
    void fill(String queue, List<String> bodies) {
        String url = url(queue);
        ExecutorService senders = Executors.newFixedThreadPool(SENDERS);
        for (int from = 0; from < bodies.size(); from += BATCH) {
            List<String> some = bodies.subList(from, Math.min(from + BATCH, bodies.size()));
            senders.execute(() -> sqs.sendMessageBatch(batch -> batch.queueUrl(url)
                    .entries(IntStream.range(0, some.size())
                            .mapToObj(i -> SendMessageBatchRequestEntry.builder()
                                    .id(Integer.toString(i))
                                    .messageBody(some.get(i))
                                    .build())
                            .toList())));
        }
        senders.shutdown();
        try {
            if (!senders.awaitTermination(5, TimeUnit.MINUTES)) {
                throw new IllegalStateException("the input queue does not take the events");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Writes into the table that another process has finished these events. */
    void finishElsewhere(String table, List<String> bodies) {
        String expiration = Long.toString(Instant.now().getEpochSecond() + DAY);
        bodies.parallelStream()
                .forEach(body -> dynamoDb.putItem(put -> put.tableName(table)
                        .item(Map.of(
                                "eventHash",
                                        AttributeValue.fromS(
                                                ReceiveLoop.event(body).key()),
                                "status", AttributeValue.fromS("COMPLETED"),
                                "owner", AttributeValue.fromS("another process"),
                                "expiration", AttributeValue.fromN(expiration)))));
    }

    /** How many messages a queue holds; afterwards it is empty. */
    long countAndPurge(String queue) {
        String url = url(queue);
        long count = Long.parseLong(
                sqs.getQueueAttributes(request -> request.queueUrl(url).attributeNames(APPROXIMATE_NUMBER_OF_MESSAGES))
                        .attributes()
                        .get(APPROXIMATE_NUMBER_OF_MESSAGES));
        sqs.purgeQueue(purge -> purge.queueUrl(url));
        return count;
    }

    @Override
    public void close() {
        sqs.close();
        dynamoDb.close();
        emulators.close();
    }
}
