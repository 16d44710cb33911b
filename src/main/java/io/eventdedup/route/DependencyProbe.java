package io.eventdedup.route;

import io.eventdedup.dynamodb.DynamoDbIdempotentRepository;
import io.eventdedup.sqs.DedupSqsClient;
import io.eventdedup.sqs.Gate;
import java.util.List;
import org.apache.camel.spi.Metadata;

/** Looks whether the route can write to the table and to its queues; the gate asks before polling resumes. */
public final class DependencyProbe implements Gate.Probe {

    @Metadata(required = true)
    private DedupSqsClient queues;

    @Metadata(required = true)
    private DynamoDbIdempotentRepository claims;

    private String outputQueue;
    private String deadLetterQueue;

    @Override
    public void run() {
        claims.probe();
        List.of(outputQueue, deadLetterQueue).forEach(queue -> {
            queues.getQueueAttributes(request -> request.queueUrl(queue));
            queues.probeSending(queue);
        });
    }

    public void setQueues(DedupSqsClient queues) {
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
