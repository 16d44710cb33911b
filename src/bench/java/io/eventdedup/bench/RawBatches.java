package io.eventdedup.bench;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchStatementRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchStatementResponse;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.batchmanager.SqsAsyncBatchManager;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;

/**
 * Claim, send, confirm and delete by the SDK alone, ten messages at a time, writing twice for each event: no Camel, no care for
 * failures, nothing that has to be merged.
 */
final class RawBatches {

    private static final long DAY = 86_400;

    private static final String INSERT =
            "INSERT INTO \"%s\" VALUE {'eventHash': ?, 'status': ?, 'owner': ?, 'leaseUntil': ?, 'expiration': ?}";

    private static final String UPDATE = "UPDATE \"%s\" SET \"status\" = ? SET \"expiration\" = ?"
            + " SET \"processedAt\" = ? REMOVE \"leaseUntil\" WHERE \"eventHash\" = ? AND \"owner\" = ?";

    private final DynamoDbClient dynamoDb;
    private final String table;
    private final Queues queues;

    /** How events are sent and messages deleted. Returns when all have been. */
    interface Queues {
        void send(List<Claim> claims);

        void delete(List<Message> messages);
    }

    record Claim(ReceiveLoop.Event event, String owner, Message message) {

        String key() {
            return event.key();
        }
    }

    private RawBatches(DynamoDbClient dynamoDb, String table, Queues queues) {
        this.dynamoDb = dynamoDb;
        this.table = table;
        this.queues = queues;
    }

    static AutoCloseable start(Job job, Queues queues) {
        RawBatches batches = new RawBatches(job.dynamoDbClient(), job.table(), queues);
        SqsClient sqs = job.sqsClient();
        return ReceiveLoop.start(sqs, Job.url(sqs, job.input()), job.rawThreads(), batches::work);
    }

    private void work(List<Message> messages) {
        List<Claim> all = messages.stream()
                .map(message -> new Claim(
                        ReceiveLoop.event(message.body()), UUID.randomUUID().toString(), message))
                .toList();
        // a request may not name a key twice; the second would be a duplicate anyhow
        List<Claim> first = List.copyOf(all.stream()
                .collect(Collectors.toMap(Claim::key, claim -> claim, (one, other) -> one, LinkedHashMap::new))
                .values());
        List<Claim> claimed = insert(first);
        if (claimed.size() < first.size()) {
            List<Claim> refused = new ArrayList<>(first);
            refused.removeAll(claimed);
            read(refused);
        }
        if (!claimed.isEmpty()) {
            queues.send(claimed);
            update(claimed);
        }
        queues.delete(messages);
    }

    private List<Claim> insert(List<Claim> claims) {
        List<BatchStatementResponse> answers = execute(
                INSERT,
                claims.stream()
                        .map(claim -> List.of(
                                text(claim.key()),
                                text("IN_PROGRESS"),
                                text(claim.owner()),
                                number(Instant.now().plusSeconds(20).toEpochMilli()),
                                number(Instant.now().getEpochSecond() + DAY)))
                        .toList());
        return IntStream.range(0, claims.size())
                .filter(i -> answers.get(i).error() == null)
                .mapToObj(claims::get)
                .toList();
    }

    /** Ours looks at the rows in the way; here they are read, too. */
    private void read(List<Claim> refused) {
        dynamoDb.batchGetItem(get -> get.requestItems(Map.of(
                table,
                KeysAndAttributes.builder()
                        .keys(refused.stream()
                                .map(claim -> Map.of("eventHash", text(claim.key())))
                                .toList())
                        .consistentRead(true)
                        .build())));
    }

    private void update(List<Claim> claims) {
        execute(
                UPDATE,
                claims.stream()
                        .map(claim -> List.of(
                                text("COMPLETED"),
                                number(Instant.now().getEpochSecond() + DAY),
                                number(Instant.now().getEpochSecond()),
                                text(claim.key()),
                                text(claim.owner())))
                        .toList());
    }

    private List<BatchStatementResponse> execute(String statement, List<List<AttributeValue>> parameters) {
        String text = statement.formatted(table);
        return dynamoDb.batchExecuteStatement(batch -> batch.statements(parameters.stream()
                        .map(values -> BatchStatementRequest.builder()
                                .statement(text)
                                .parameters(values)
                                .build())
                        .toList()))
                .responses();
    }

    private static AttributeValue text(String value) {
        return AttributeValue.fromS(value);
    }

    private static AttributeValue number(long value) {
        return AttributeValue.fromN(Long.toString(value));
    }

    private static Map<String, MessageAttributeValue> attributes(Claim claim) {
        return Map.of("dedupKey", attribute(claim.key()), "eventType", attribute(claim.event().type()));
    }

    private static MessageAttributeValue attribute(String value) {
        return MessageAttributeValue.builder()
                .dataType("String")
                .stringValue(value)
                .build();
    }

    /** A request for the messages of one receive. */
    static final class BatchRequests implements Queues {

        private final SqsClient sqs;
        private final String inputUrl;
        private final String outputUrl;

        BatchRequests(Job job) {
            sqs = job.sqsClient();
            inputUrl = Job.url(sqs, job.input());
            outputUrl = Job.url(sqs, job.output());
        }

        @Override
        public void send(List<Claim> claims) {
            sqs.sendMessageBatch(batch -> batch.queueUrl(outputUrl)
                    .entries(IntStream.range(0, claims.size())
                            .mapToObj(i -> SendMessageBatchRequestEntry.builder()
                                    .id(Integer.toString(i))
                                    .messageBody(claims.get(i).message().body())
                                    .messageAttributes(attributes(claims.get(i)))
                                    .build())
                            .toList()));
        }

        @Override
        public void delete(List<Message> messages) {
            sqs.deleteMessageBatch(batch -> batch.queueUrl(inputUrl)
                    .entries(IntStream.range(0, messages.size())
                            .mapToObj(i -> DeleteMessageBatchRequestEntry.builder()
                                    .id(Integer.toString(i))
                                    .receiptHandle(messages.get(i).receiptHandle())
                                    .build())
                            .toList()));
        }
    }

    /** One call for each message, merged by the AWS SDK's own batch manager with its own settings. */
    static final class BatchManager implements Queues {

        private final SqsAsyncBatchManager manager;
        private final String inputUrl;
        private final String outputUrl;

        BatchManager(Job job) {
            manager = job.sqsAsyncClient().batchManager();
            try (SqsClient sqs = job.sqsClient()) {
                inputUrl = Job.url(sqs, job.input());
                outputUrl = Job.url(sqs, job.output());
            }
        }

        @Override
        public void send(List<Claim> claims) {
            awaitAll(claims.stream()
                    .map(claim -> manager.sendMessage(send -> send.queueUrl(outputUrl)
                            .messageBody(claim.message().body())
                            .messageAttributes(attributes(claim)))));
        }

        @Override
        public void delete(List<Message> messages) {
            awaitAll(messages.stream()
                    .map(message -> manager.deleteMessage(
                            delete -> delete.queueUrl(inputUrl).receiptHandle(message.receiptHandle()))));
        }

        private static void awaitAll(Stream<? extends CompletableFuture<?>> calls) {
            CompletableFuture.allOf(calls.toArray(CompletableFuture[]::new)).join();
        }
    }
}
