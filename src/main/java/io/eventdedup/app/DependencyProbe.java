package io.eventdedup.app;

import io.eventdedup.dynamodb.DynamoDbIdempotentRepository;
import io.eventdedup.sqs.Gate;
import org.apache.camel.spi.Metadata;
import software.amazon.awssdk.services.sqs.SqsClient;

/** Looks whether the table and the queues that the route writes to answer; the gate asks before polling resumes. */
public final class DependencyProbe implements Gate.Probe {

    @Metadata(required = true)
    private SqsClient queues;

    @Metadata(required = true)
    private DynamoDbIdempotentRepository claims;

    private String outputQueue;
    private String deadLetterQueue;

    @Override
    public void run() {
        claims.probe();
        queues.getQueueAttributes(request -> request.queueUrl(outputQueue));
        queues.getQueueAttributes(request -> request.queueUrl(deadLetterQueue));
    }

    public void setQueues(SqsClient queues) {
        this.queues = queues;
    }

    public void setClaims(DynamoDbIdempotentRepository claims) {
        this.claims = claims;
    }

    public void setOutputQueue(String outputQueue) {
        this.outputQueue = outputQueue;
    }

    public void setDeadLetterQueue(String deadLetterQueue) {
        this.deadLetterQueue = deadLetterQueue;
    }
}
