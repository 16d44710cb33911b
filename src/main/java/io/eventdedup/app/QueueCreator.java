package io.eventdedup.app;

import io.eventdedup.route.Settings;
import io.eventdedup.sqs.DedupSqsComponent;
import io.eventdedup.sqs.QueueName;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueDoesNotExistException;

/** Creates missing queues, for {@code dedup.create-resources}. */
final class QueueCreator {

    /** SQS's maximum retention period (SQS developer guide, message quotas). */
    private static final String FOURTEEN_DAYS_IN_SECONDS = "1209600";

    private QueueCreator() {}

    static void createMissing(DedupSqsComponent sqs, Settings settings) {
        Stream.of(settings.inputQueue(), settings.outputQueue(), settings.deadLetterQueue())
                .distinct()
                .map(QueueName::parse)
                .filter(queue -> queue.url() == null && queue.account() == null)
                .forEach(queue -> {
                    SqsClient client = sqs.client(queue.text()).client();
                    if (!exists(client, queue.name())) {
                        create(client, queue.name(), settings);
                    }
                });
    }

    private static boolean exists(SqsClient sqs, String name) {
        try {
            sqs.getQueueUrl(request -> request.queueName(name));
            return true;
        } catch (QueueDoesNotExistException missing) {
            return false;
        }
    }

    private static void create(SqsClient sqs, String name, Settings settings) {
        Map<QueueAttributeName, String> attributes = new HashMap<>();
        attributes.put(
                QueueAttributeName.VISIBILITY_TIMEOUT,
                Long.toString(settings.visibilityTimeout().toSeconds()));
        attributes.put(QueueAttributeName.MESSAGE_RETENTION_PERIOD, FOURTEEN_DAYS_IN_SECONDS);
        if (QueueName.parse(name).isFifo()) {
            attributes.put(QueueAttributeName.FIFO_QUEUE, "true");
        }
        sqs.createQueue(request -> request.queueName(name).attributes(attributes));
    }
}
