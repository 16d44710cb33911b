package io.eventdedup.sqs;

import io.eventdedup.merge.BatchBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequestEntry;

/**
 * Deletes finished messages, several in one request, while nobody waits. What became of their events is in the table by
 * then, so a message whose delete fails returns when its visibility ends, and is a duplicate.
 */
final class MergedDeletes implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(MergedDeletes.class);

    /** Entries of a batch (AWS documentation). */
    private static final int MOST_ENTRIES = 10;

    /** Nobody waits for a delete, so there is time to fill its request. */
    private static final Duration LONGEST_WAIT = Duration.ofMillis(100);

    private final SqsClient client;
    private final Deliveries deliveries;
    private final AwsRequestOverrideConfiguration timeLimits;
    private final BatchBuffer<Delivery> collected =
            new BatchBuffer<>("dedup-delete", MOST_ENTRIES, LONGEST_WAIT, this::deleteAll);

    MergedDeletes(SqsClient client, Deliveries deliveries, AwsRequestOverrideConfiguration timeLimits) {
        this.client = client;
        this.deliveries = deliveries;
        this.timeLimits = timeLimits;
    }

    /** Returns at once; until the message is deleted it is kept invisible. */
    void delete(Delivery finished) {
        collected.add(finished);
    }

    /** Returns when all are deleted. */
    void flush() {
        collected.flush();
    }

    private void deleteAll(List<Delivery> finished) {
        Map<String, List<Delivery>> byQueue = finished.stream().collect(Collectors.groupingBy(Delivery::queueUrl));
        byQueue.forEach(this::deleteAll);
    }

    private void deleteAll(String queueUrl, List<Delivery> finished) {
        List<DeleteMessageBatchRequestEntry> entries = new ArrayList<>();
        for (Delivery delivery : finished) {
            entries.add(DeleteMessageBatchRequestEntry.builder()
                    .id(Integer.toString(entries.size()))
                    .receiptHandle(delivery.receiptHandle())
                    .build());
        }
        try {
            client.deleteMessageBatch(
                            batch -> batch.queueUrl(queueUrl).entries(entries).overrideConfiguration(timeLimits))
                    .failed()
                    .forEach(failed -> deliveries.returned(finished.get(Integer.parseInt(failed.id()))));
            finished.forEach(delivery -> deliveries.settle(delivery.receiptHandle()));
        } catch (RuntimeException failure) {
            LOG.debug("{} finished messages not deleted: {}", entries.size(), failure.toString());
            finished.forEach(deliveries::returned);
        }
    }

    @Override
    public void close() {
        collected.close();
    }
}
