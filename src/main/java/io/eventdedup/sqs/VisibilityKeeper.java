package io.eventdedup.sqs;

import io.eventdedup.merge.BatchBuffer;
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

    /** Nobody waits for a message to be given back, and its visibility counts in seconds. */
    private static final Duration LONGEST_RETURN_WAIT = Duration.ofMillis(100);

    private final Deliveries deliveries;
    private final SqsClient client;
    private final Clock clock;
    private final Duration visibility;
    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "dedup-visibility");
        thread.setDaemon(true);
        return thread;
    });

    /** A message that is to be visible again after a time. */
    private record Change(Delivery delivery, Duration visibleIn) {}

    /** Null: each message is given back by a request of its own, before the call returns. */
    private final BatchBuffer<Change> merged;

    /** @param merging whether messages given back at the same time share a request */
    VisibilityKeeper(Deliveries deliveries, SqsClient client, Clock clock, Duration visibility, boolean merging) {
        this.deliveries = deliveries;
        this.client = client;
        this.clock = clock;
        this.visibility = visibility;
        this.merged =
                merging ? new BatchBuffer<>("dedup-give-back", LARGEST_BATCH, LONGEST_RETURN_WAIT, this::change) : null;
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
        List<Change> due = deliveries.dueForExtension(now, margin, visibility).stream()
                .map(delivery -> new Change(delivery, visibility))
                .toList();
        change(due).forEach(extended -> extended.extendedUntil(now.plus(visibility)));
    }

    /** Makes a message visible again after the given time. */
    void giveBack(Delivery delivery, Duration visibleIn) {
        Change change = new Change(delivery, visibleIn);
        if (merged == null) {
            change(List.of(change));
        } else {
            merged.add(change);
        }
    }

    /** Returns when everything that was given back is visible, or on its way to be. */
    void flush() {
        if (merged != null) {
            merged.flush();
        }
    }

    /** Returns those whose change SQS has accepted. */
    private Set<Delivery> change(Collection<Change> changes) {
        Set<Delivery> accepted = new HashSet<>();
        Map<String, List<Change>> byQueue = changes.stream()
                .collect(Collectors.groupingBy(change -> change.delivery().queueUrl()));
        byQueue.forEach((queueUrl, ofQueue) -> {
            for (int from = 0; from < ofQueue.size(); from += LARGEST_BATCH) {
                List<Change> batch = ofQueue.subList(from, Math.min(from + LARGEST_BATCH, ofQueue.size()));
                accepted.addAll(changeBatch(queueUrl, batch));
            }
        });
        return accepted;
    }

    private Set<Delivery> changeBatch(String queueUrl, List<Change> batch) {
        List<ChangeMessageVisibilityBatchRequestEntry> entries = new ArrayList<>();
        for (Change change : batch) {
            entries.add(ChangeMessageVisibilityBatchRequestEntry.builder()
                    .id(Integer.toString(entries.size()))
                    .receiptHandle(change.delivery().receiptHandle())
                    .visibilityTimeout(inWholeSeconds(change.visibleIn()))
                    .build());
        }
        Set<Delivery> accepted = batch.stream().map(Change::delivery).collect(Collectors.toCollection(HashSet::new));
        try {
            List<BatchResultErrorEntry> failed = client.changeMessageVisibilityBatch(
                            request -> request.queueUrl(queueUrl).entries(entries))
                    .failed();
            failed.forEach(entry ->
                    accepted.remove(batch.get(Integer.parseInt(entry.id())).delivery()));
            return accepted;
        } catch (SdkException failure) {
            LOG.debug("Visibility of {} messages not changed: {}", batch.size(), failure.toString());
            return Set.of();
        }
    }

    /** SQS counts visibility in whole seconds; a wait is never cut short. */
    private static int inWholeSeconds(Duration visibility) {
        return Math.toIntExact((visibility.toMillis() + 999) / 1000);
    }

    @Override
    public void close() {
        if (merged != null) {
            merged.close();
        }
        scheduler.shutdownNow();
    }
}
