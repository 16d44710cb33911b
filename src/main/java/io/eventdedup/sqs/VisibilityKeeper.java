package io.eventdedup.sqs;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.BatchResultErrorEntry;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchRequestEntry;

/**
 * Changes the visibility of received messages, ten to a request: keeps those in work invisible, and gives messages back.
 *
 * <p>A change that fails is not fatal. An extension is tried again at the next turn; a message that could not be given
 * back returns by itself when its visibility ends.
 */
final class VisibilityKeeper implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(VisibilityKeeper.class);

    /** Entries that one batch request may have (AWS documentation). */
    private static final int LARGEST_BATCH = 10;

    private final Deliveries deliveries;
    private final SqsClient client;
    private final Clock clock;
    private final Duration visibility;
    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "dedup-visibility");
        thread.setDaemon(true);
        return thread;
    });

    VisibilityKeeper(Deliveries deliveries, SqsClient client, Clock clock, Duration visibility) {
        this.deliveries = deliveries;
        this.client = client;
        this.clock = clock;
        this.visibility = visibility;
    }

    void start(Duration interval) {
        scheduler.scheduleWithFixedDelay(
                this::extendQuietly, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** A scheduled task that throws is never run again, and the messages in work would become visible. */
    private void extendQuietly() {
        try {
            extend();
        } catch (RuntimeException failure) {
            LOG.warn("Could not keep messages invisible, trying again: {}", failure.toString());
        }
    }

    /** Extends what would become visible before the turn after next. */
    void extend() {
        Instant now = clock.instant();
        Duration margin = visibility.multipliedBy(2).dividedBy(3);
        List<Delivery> due = deliveries.dueForExtension(now, margin, visibility);
        Set<Delivery> extended = change(due, visibility);
        extended.forEach(delivery -> delivery.extendedUntil(now.plus(visibility)));
    }

    /** Makes messages visible again after the given time and forgets them. */
    void giveBack(Collection<Delivery> returned, Duration visibleIn) {
        returned.forEach(deliveries::returned);
        change(returned, visibleIn);
    }

    /** Returns those whose change SQS has accepted. */
    private Set<Delivery> change(Collection<Delivery> changed, Duration visibleIn) {
        Set<Delivery> accepted = new HashSet<>();
        Map<String, List<Delivery>> byQueue = changed.stream().collect(Collectors.groupingBy(Delivery::queueUrl));
        byQueue.forEach((queueUrl, ofQueue) -> {
            for (int from = 0; from < ofQueue.size(); from += LARGEST_BATCH) {
                List<Delivery> batch = ofQueue.subList(from, Math.min(from + LARGEST_BATCH, ofQueue.size()));
                accepted.addAll(changeBatch(queueUrl, batch, visibleIn));
            }
        });
        return accepted;
    }

    private Set<Delivery> changeBatch(String queueUrl, List<Delivery> batch, Duration visibleIn) {
        List<ChangeMessageVisibilityBatchRequestEntry> entries = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            entries.add(DedupSqsClient.visibilityChange(i, batch.get(i), visibleIn));
        }
        Set<Delivery> accepted = new HashSet<>(batch);
        try {
            List<BatchResultErrorEntry> failed = client.changeMessageVisibilityBatch(
                            request -> request.queueUrl(queueUrl).entries(entries))
                    .failed();
            failed.forEach(entry -> accepted.remove(batch.get(Integer.parseInt(entry.id()))));
            return accepted;
        } catch (SdkException failure) {
            LOG.debug("Visibility of {} messages not changed: {}", batch.size(), failure.toString());
            return Set.of();
        }
    }

    @Override
    public void close() {
        scheduler.shutdownNow();
    }
}
