package io.eventdedup.bench;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;

/**
 * What the Lambda did for each event: look whether the key is there, write it if not, send the event, delete the message.
 * Two copies that look at the same time are both sent. Each thread stands for one of Lambda's instances, which gets ten
 * messages at a time.
 */
final class LambdaCalls {

    private static final long WINDOW_SECONDS = 86_400;

    private final SqsClient sqs;
    private final DynamoDbClient dynamoDb;
    private final String table;
    private final String inputUrl;
    private final String outputUrl;

    private LambdaCalls(SqsClient sqs, DynamoDbClient dynamoDb, Job job) {
        this.sqs = sqs;
        this.dynamoDb = dynamoDb;
        table = job.table();
        inputUrl = Job.url(sqs, job.input());
        outputUrl = Job.url(sqs, job.output());
    }

    static AutoCloseable start(Job job) {
        SqsClient sqs = job.sqsClient();
        LambdaCalls calls = new LambdaCalls(sqs, job.dynamoDbClient(), job);
        return ReceiveLoop.start(sqs, calls.inputUrl, job.workers(), calls::work);
    }

    private void work(List<Message> messages) {
        for (Message message : messages) {
            Map<String, AttributeValue> key = Map.of(
                    "eventHash",
                    AttributeValue.fromS(ReceiveLoop.event(message.body()).key()));
            if (!dynamoDb.getItem(get -> get.tableName(table).key(key)).hasItem()) {
                remember(key);
                sqs.sendMessage(send -> send.queueUrl(outputUrl).messageBody(message.body()));
            }
            sqs.deleteMessage(delete -> delete.queueUrl(inputUrl).receiptHandle(message.receiptHandle()));
        }
    }

    private void remember(Map<String, AttributeValue> key) {
        long now = Instant.now().getEpochSecond();
        dynamoDb.putItem(put -> put.tableName(table)
                .item(Map.of(
                        "eventHash",
                        key.get("eventHash"),
                        "processedAt",
                        AttributeValue.fromN(Long.toString(now)),
                        "expiration",
                        AttributeValue.fromN(Long.toString(now + WINDOW_SECONDS)))));
    }
}
