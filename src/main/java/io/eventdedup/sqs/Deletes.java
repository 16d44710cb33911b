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
 * Deletes finished messages, several in one request, while nobody waits.
 *
 * <p>A finished message whose delete fails must not come back: its events are done, and after their window they would be
 * forwarded again. It stays invisible, polling stops, and the delete is tried again: with each probe of the gate, which
 * succeeds only when no delete is left, or every two seconds while polling goes on. If such a message is received again all
 * the same, it is not processed: its new receipt handle takes the place of the old one.
 */
final class Deletes implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Deletes.class);

    private static final long AGAIN_MILLIS = 2_000;

    /** Nobody waits for a delete, so there is time to fill its request. */
    private static final Duration LONGEST_WAIT = Duration.ofMillis(100);

    private final QueueName queue;
    private final SqsCalls calls;
    private final Deliveries deliveries;
    private final boolean unbatched;
    private final BatchBuffer<ReceivedMessage> buffer;
    private final ScheduledExecutorService scheduler;

    /** Finished messages that are not deleted yet, by message id. */
    private final Map<String, ReceivedMessage> finished = new ConcurrentHashMap<>();

    /** The ids of those whose delete was tried and failed. */
    private final Set<String> failed = ConcurrentHashMap.newKeySet();

    /** Set once, before the first delete. */
    private Gate gate;

    /**
     * @param unbatched whether each message is deleted by a request of its own, before the call returns
     * @param scheduler for what is done later
     * @param workers make the requests of several messages
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
        this.buffer = new BatchBuffer<>(SqsCalls.LARGEST_BATCH, LONGEST_WAIT, this::deleteAll, scheduler, workers);
    }

    /** Starts to try again what fails; a failed delete stops polling at this gate. */
    void start(Gate stopsPolling) {
        gate = stopsPolling;
        Background.repeat(
                scheduler, AGAIN_MILLIS, "Failed deletes were not retried this time", this::retryWhilePolling);
    }

    /** If a delete fails while the gate's last probe succeeds, no probe tries it again: this does. */
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

    /** If the message is finished already, deletes it by this delivery's receipt handle, and returns true. */
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
            LOG.debug("{} finished messages not deleted yet: {}", batch.size(), failure.toString());
            gate.stop(failure);
        });
    }

    /**
     * Tries again what could not be deleted.
     *
     * @throws RuntimeException while that fails
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
            // a handle that is no longer good: the message is gone, or comes again with another one
            if (!Boolean.TRUE.equals(error.getValue().senderFault())) {
                ReceivedMessage left = batch.get(error.getKey());
                done.remove(left);
                this.failed.add(left.messageId());
                failure = SqsCalls.exception(
                        "A finished message is not deleted: " + error.getValue().message(), error.getValue());
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

    /** Deletes what is collected; returns when that is done. */
    @Override
    public void close() {
        buffer.flush();
    }
}
