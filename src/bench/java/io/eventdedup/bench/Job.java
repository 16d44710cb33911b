package io.eventdedup.bench;

import io.eventdedup.app.DedupApplication;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/** What a variant is to do, and with how many threads; travels on a command line. */
record Job(String input, String output, String deadLetters, String table, int pollers, int workers, int rawThreads) {

    List<String> arguments() {
        return List.of(
                input,
                output,
                deadLetters,
                table,
                Integer.toString(pollers),
                Integer.toString(workers),
                Integer.toString(rawThreads));
    }

    static Job parse(List<String> arguments) {
        return new Job(
                arguments.get(0),
                arguments.get(1),
                arguments.get(2),
                arguments.get(3),
                Integer.parseInt(arguments.get(4)),
                Integer.parseInt(arguments.get(5)),
                Integer.parseInt(arguments.get(6)));
    }

    /** The program as it is shipped. */
    DedupApplication application(boolean mergeCalls) {
        return DedupApplication.start(Map.of(
                "dedup.input-queue",
                input,
                "dedup.output-queue",
                output,
                "dedup.dead-letter-queue",
                deadLetters,
                "dedup.table",
                table,
                "dedup.pollers",
                Integer.toString(pollers),
                "dedup.workers",
                Integer.toString(workers),
                "dedup.merge-calls",
                Boolean.toString(mergeCalls),
                "dedup.window",
                "1d",
                "dedup.http.port",
                "0"));
    }

    /** With a connection for each thread. */
    SqsClient sqsClient() {
        return SqsClient.builder()
                .httpClientBuilder(ApacheHttpClient.builder().maxConnections(connections()))
                .build();
    }

    /** The URL of one of its queues. */
    static String url(SqsClient sqs, String queue) {
        return sqs.getQueueUrl(request -> request.queueName(queue)).queueUrl();
    }

    /** Its {@code batchManager()} merges by itself. */
    SqsAsyncClient sqsAsyncClient() {
        return SqsAsyncClient.builder()
                .httpClientBuilder(NettyNioAsyncHttpClient.builder().maxConcurrency(connections()))
                .build();
    }

    /** With a connection for each thread. */
    DynamoDbClient dynamoDbClient() {
        return DynamoDbClient.builder()
                .httpClientBuilder(ApacheHttpClient.builder().maxConnections(connections()))
                .build();
    }

    private int connections() {
        return Math.max(50, workers + pollers);
    }
}
