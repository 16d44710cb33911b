package io.eventdedup.sqs;

import io.eventdedup.aws.BatchBuffer;
import io.eventdedup.claim.Background;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.sqs.model.BatchResultErrorEntry;

/**
 * Deletes finished messages in the background, several per request.
 *
 * <p>A finished message whose delete fails must not come back, because its events would be forwarded again after their window. So it stays
 * invisible, polling stops, and the delete is retried: with each probe of the gate, which succeeds only when no delete is left, or every
 * two seconds while polling continues. If such a message is received again nevertheless, it is not processed; its new receipt handle
 * replaces the old one.
 */
final class Deletes implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Deletes.class);

    private static final long AGAIN_MILLIS = 2_000;

    /** Nothing waits for a delete, so there is time to fill the request. */
    private static final Duration MAX_WAIT = Duration.ofMillis(100);

    private final QueueName queue;
    private final SqsCalls calls;
    private final Deliveries deliveries;
    private final boolean unbatched;
    private final BatchBuffer<ReceivedMessage> buffer;
    private final ScheduledExecutorService scheduler;

    /** Finished messages that are not deleted yet, by message id. */
    private final Map<String, ReceivedMessage> finished = new ConcurrentHashMap<>();

    /** The ids of the finished messages whose delete has failed. */
    private final Set<String> failed = ConcurrentHashMap.newKeySet();

    /** Set once, before the first delete. */
    private Gate gate;

    /**
     * @param unbatched whether each message is deleted by its own request, before the call returns
     * @param scheduler for retries and for batches that are not full
     * @param workers send the batches
     */
    Deletes(
            QueueName queue,
            SqsCalls calls,
            Deliveries deliveries,
            boolean unbatched,
            ScheduledExecutorService scheduler,
            Executor workers) {
        this.queue = queue;
        this.calls = calls;
        this.deliveries = deliveries;
        this.unbatched = unbatched;
        this.scheduler = scheduler;
        this.buffer = new BatchBuffer<>(SqsCalls.MAX_BATCH, MAX_WAIT, this::deleteAll, scheduler, workers);
    }

    /** Starts to retry failed deletes; a failed delete stops polling at this gate. */
    void start(Gate stopsPolling) {
        gate = stopsPolling;
        Background.repeat(
                scheduler,
                AGAIN_MILLIS,
                "Failed deletes could not be retried; the next try follows",
                this::retryWhilePolling);
    }

    /** If a delete fails while the last probe of the gate succeeds, no further probe retries it, so this does. */
    private void retryWhilePolling() {
        if (!failed.isEmpty() && gate.stopped().isEmpty()) {
            try {
                retry();
            } catch (RuntimeException failure) {
                gate.stop(failure);
            }
        }
    }

    /** Deletes the message, now or soon; until then it is kept invisible. */
    void delete(ReceivedMessage delivery) {
        finished.put(delivery.messageId(), delivery);
        if (unbatched) {
            deleteAll(List.of(delivery));
        } else {
            buffer.add(delivery);
        }
    }

    /** If the message is finished already, deletes it with the receipt handle of this delivery, and returns true. */
    boolean deleteIfFinished(ReceivedMessage again) {
        ReceivedMessage before = finished.replace(again.messageId(), again);
        if (before == null) {
            return false;
        }
        again.begin();
        deliveries.deleted(before);
        delete(again);
        return true;
    }

    private void deleteAll(List<ReceivedMessage> batch) {
        tryToDelete(batch).ifPresent(failure -> {
            LOG.debug("{} finished messages could not be deleted yet: {}", batch.size(), failure.toString());
            gate.stop(failure);
        });
    }

    /**
     * Retries failed deletes.
     *
     * @throws RuntimeException if one fails again
     */
    void retry() {
        List<ReceivedMessage> left = failed.stream()
                .flatMap(id -> Stream.ofNullable(finished.get(id)))
                .toList();
        for (List<ReceivedMessage> batch : SqsCalls.inBatches(left)) {
            Optional<RuntimeException> failure = tryToDelete(batch);
            if (failure.isPresent()) {
                throw failure.get();
            }
        }
    }

    private Optional<RuntimeException> tryToDelete(List<ReceivedMessage> batch) {
        Map<Integer, BatchResultErrorEntry> errors;
        try {
            errors = calls.delete(
                    queue, batch.stream().map(ReceivedMessage::receiptHandle).toList());
        } catch (RuntimeException failure) {
            batch.forEach(message -> this.failed.add(message.messageId()));
            return Optional.of(failure);
        }
        List<ReceivedMessage> done = new ArrayList<>(batch);
        RuntimeException failure = null;
        for (Map.Entry<Integer, BatchResultErrorEntry> error : errors.entrySet()) {
            // the receipt handle is no longer valid: the message is gone, or comes again with another handle
            if (!Boolean.TRUE.equals(error.getValue().senderFault())) {
                ReceivedMessage left = batch.get(error.getKey());
                done.remove(left);
                this.failed.add(left.messageId());
                failure = SqsCalls.exception(
                        "A finished message could not be deleted: "
                                + error.getValue().message(),
                        error.getValue());
            }
        }
        done.forEach(this::done);
        return Optional.ofNullable(failure);
    }

    private void done(ReceivedMessage delivery) {
        if (finished.remove(delivery.messageId(), delivery)) {
            failed.remove(delivery.messageId());
        }
        deliveries.deleted(delivery);
    }

    /** Sends the deletes of the open batch, and returns when that is done. */
    @Override
    public void close() {
        buffer.flush();
    }
}
