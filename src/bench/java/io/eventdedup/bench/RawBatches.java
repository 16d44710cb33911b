package io.eventdedup.bench;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchStatementRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchStatementResponse;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;

/**
 * The requests that ours makes, by the SDK alone: no Camel, no care for failures, nothing that has to be merged. So this
 * is what the machine, the SDK and the emulators can do at most.
 */
final class RawBatches {

    private static final long DAY = 86_400;

    private static final String INSERT =
            "INSERT INTO \"%s\" VALUE {'eventHash': ?, 'status': ?, 'owner': ?, 'leaseUntil': ?, 'expiration': ?}";

    private static final String UPDATE = "UPDATE \"%s\" SET \"status\" = ? SET \"expiration\" = ?"
            + " SET \"processedAt\" = ? REMOVE \"leaseUntil\" WHERE \"eventHash\" = ? AND \"owner\" = ?";

    private final SqsClient sqs;
    private final DynamoDbClient dynamoDb;
    private final String table;
    private final String inputUrl;
    private final String outputUrl;

    private record Claim(ReceiveLoop.Event event, String owner, Message message) {

        String key() {
            return event.key();
        }
    }

    private RawBatches(SqsClient sqs, DynamoDbClient dynamoDb, Job job) {
        this.sqs = sqs;
        this.dynamoDb = dynamoDb;
        table = job.table();
        inputUrl = sqs.getQueueUrl(request -> request.queueName(job.input())).queueUrl();
        outputUrl = sqs.getQueueUrl(request -> request.queueName(job.output())).queueUrl();
    }

    static AutoCloseable start(Job job) {
        SqsClient sqs = job.sqsClient();
        RawBatches batches = new RawBatches(sqs, job.dynamoDbClient(), job);
        return ReceiveLoop.start(sqs, batches.inputUrl, job.rawThreads(), batches::work);
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
            send(claimed);
            update(claimed);
        }
        delete(messages);
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

    private void send(List<Claim> claims) {
        sqs.sendMessageBatch(batch -> batch.queueUrl(outputUrl)
                .entries(IntStream.range(0, claims.size())
                        .mapToObj(i -> SendMessageBatchRequestEntry.builder()
                                .id(Integer.toString(i))
                                .messageBody(claims.get(i).message().body())
                                .messageAttributes(Map.of(
                                        "dedupKey", attribute(claims.get(i).key()),
                                        "eventType",
                                                attribute(claims.get(i).event().type())))
                                .build())
                        .toList()));
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

    private void delete(List<Message> messages) {
        sqs.deleteMessageBatch(batch -> batch.queueUrl(inputUrl)
                .entries(IntStream.range(0, messages.size())
                        .mapToObj(i -> DeleteMessageBatchRequestEntry.builder()
                                .id(Integer.toString(i))
                                .receiptHandle(messages.get(i).receiptHandle())
                                .build())
                        .toList()));
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

    private static MessageAttributeValue attribute(String value) {
        return MessageAttributeValue.builder()
                .dataType("String")
                .stringValue(value)
                .build();
    }

    private static AttributeValue text(String value) {
        return AttributeValue.fromS(value);
    }

    private static AttributeValue number(long value) {
        return AttributeValue.fromN(Long.toString(value));
    }
}
