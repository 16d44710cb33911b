package io.eventdedup.app;

import io.eventdedup.dynamodb.ClaimTable;
import io.eventdedup.local.EmbeddedAws;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/**
 * The real route from {@code routes/} against queues and a table of its own on the embedded AWS. Replicas share both.
 */
public final class RouteFixture implements AutoCloseable {

    private final String suffix = UUID.randomUUID().toString().substring(0, 8);
    private final URI sqsEndpoint;
    private final URI dynamoDbEndpoint;
    private final SqsClient sqs;
    private final DynamoDbClient dynamoDb;
    private final List<DedupApplication> replicas = new ArrayList<>();
    private final Map<String, String> settings = new HashMap<>();

    public final String input = "in-" + suffix;
    public final String output = "out-" + suffix;
    public final String deadLetters = "dlq-" + suffix;
    public final String table = "table-" + suffix;

    /** Creates the queues and the table; no replica runs yet. */
    public RouteFixture(EmbeddedAws aws) {
        this(aws, aws.sqsEndpoint(), aws.dynamoDbEndpoint());
    }

    /** The same, with replicas that reach the services at other endpoints. */
    public RouteFixture(EmbeddedAws aws, URI sqsEndpoint, URI dynamoDbEndpoint) {
        this.sqsEndpoint = sqsEndpoint;
        this.dynamoDbEndpoint = dynamoDbEndpoint;
        // not while a replica of another fixture starts: it would use these endpoints
        synchronized (RouteFixture.class) {
            EmbeddedAws.useAsDefaultOfTheSdk(sqsEndpoint, dynamoDbEndpoint);
        }
        sqs = aws.sqsClient();
        dynamoDb = aws.dynamoDbClient();
        List.of(input, output, deadLetters).forEach(this::createQueue);
        new ClaimTable(dynamoDb, table).createIfMissing();
        settings.putAll(Map.of(
                "dedup.input-queue", input,
                "dedup.output-queue", output,
                "dedup.dead-letter-queue", deadLetters,
                "dedup.table", table,
                "dedup.http.port", "0",
                "dedup.workers", "8"));
    }

    public RouteFixture with(String setting, String value) {
        settings.put(setting, value);
        return this;
    }

    public Map<String, String> settings() {
        return Map.copyOf(settings);
    }

    /** The SDK takes its endpoints from system properties, so replicas of several fixtures start one after the other. */
    public DedupApplication startReplica() {
        synchronized (RouteFixture.class) {
            EmbeddedAws.useAsDefaultOfTheSdk(sqsEndpoint, dynamoDbEndpoint);
            return added(DedupApplication.start(settings));
        }
    }

    /** The same with other routes, as Camel's routesIncludePattern takes them. */
    public DedupApplication startReplica(String routes) {
        synchronized (RouteFixture.class) {
            EmbeddedAws.useAsDefaultOfTheSdk(sqsEndpoint, dynamoDbEndpoint);
            return added(DedupApplication.start(settings, routes));
        }
    }

    private DedupApplication added(DedupApplication replica) {
        replicas.add(replica);
        return replica;
    }

    public String createQueue(String name) {
        return sqs.createQueue(queue -> {
                    queue.queueName(name);
                    if (name.endsWith(".fifo")) {
                        queue.attributes(Map.of(QueueAttributeName.FIFO_QUEUE, "true"));
                    }
                })
                .queueUrl();
    }

    public void deleteQueue(String name) {
        sqs.deleteQueue(queue -> queue.queueUrl(url(name)));
    }

    public void send(String body) {
        sqs.sendMessage(message -> message.queueUrl(url(input)).messageBody(body));
    }

    /** Receives and deletes what is in a queue now. */
    public List<Message> drain(String queue) {
        String url = url(queue);
        List<Message> all = new ArrayList<>();
        List<Message> some;
        do {
            some = sqs.receiveMessage(receive -> receive.queueUrl(url)
                            .maxNumberOfMessages(10)
                            .messageAttributeNames("All")
                            .messageSystemAttributeNames(MessageSystemAttributeName.ALL))
                    .messages();
            if (!some.isEmpty()) {
                EmbeddedAws.deleteAll(sqs, url, some);
            }
            all.addAll(some);
        } while (!some.isEmpty());
        return all;
    }

    /** Visible and invisible messages of a queue. */
    public int size(String queue) {
        Map<QueueAttributeName, String> attributes = sqs.getQueueAttributes(request -> request.queueUrl(url(queue))
                        .attributeNames(
                                QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES,
                                QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE))
                .attributes();
        return attributes.values().stream().mapToInt(Integer::parseInt).sum();
    }

    public SqsClient sqs() {
        return sqs;
    }

    public DynamoDbClient dynamoDb() {
        return dynamoDb;
    }

    public String url(String queue) {
        return sqs.getQueueUrl(request -> request.queueName(queue)).queueUrl();
    }

    @Override
    public void close() {
        replicas.forEach(DedupApplication::close);
        sqs.close();
        dynamoDb.close();
    }
}
