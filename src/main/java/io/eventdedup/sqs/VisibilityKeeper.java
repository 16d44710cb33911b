package io.eventdedup.sqs;

import io.eventdedup.aws.BatchBuffer;
import io.eventdedup.claim.Background;
import io.eventdedup.sqs.SqsCalls.VisibilityChange;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes the visibility of received messages, ten per request: keeps messages in flight invisible, and gives messages back.
 *
 * <p>A failed change is not fatal: an extension is retried in the next round, and a message that could not be given back becomes visible
 * when its visibility timeout ends.
 */
final class VisibilityKeeper implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(VisibilityKeeper.class);

    /** Nothing waits for a return, and visibility is measured in seconds, so there is time to fill the request. */
    private static final Duration MAX_RETURN_WAIT = Duration.ofMillis(100);

    private static final int EXTENSIONS_PER_VISIBILITY = 3;

    private final QueueName queue;
    private final SqsCalls calls;
    private final Deliveries deliveries;
    private final Clock clock;
    private final Duration visibility;
    private final boolean unbatched;
    private final ScheduledExecutorService scheduler;
    private final BatchBuffer<Change> returns;

    /** Messages that were given back because of an outage, by message id; the one that has waited longest comes first. */
    private final Map<String, ReceivedMessage> deferred = new LinkedHashMap<>();

    /** Makes a message visible again after this time. */
    private record Change(ReceivedMessage message, Duration visibleIn, boolean deferred) {}

    /**
     * @param unbatched whether each message is given back by its own request, before the call returns
     * @param scheduler for extensions and for batches that are not full
     * @param workers send the batches
     */
    VisibilityKeeper(
            QueueName queue,
            SqsCalls calls,
            Deliveries deliveries,
            Clock clock,
            Duration visibility,
            boolean unbatched,
            ScheduledExecutorService scheduler,
            Executor workers) {
        this.queue = queue;
        this.calls = calls;
        this.deliveries = deliveries;
        this.clock = clock;
        this.visibility = visibility;
        this.unbatched = unbatched;
        this.scheduler = scheduler;
        this.returns = new BatchBuffer<>(SqsCalls.MAX_BATCH, MAX_RETURN_WAIT, this::change, scheduler, workers);
    }

    void start() {
        Background.repeat(
                scheduler,
                visibility.dividedBy(EXTENSIONS_PER_VISIBILITY).toMillis(),
                "The visibility of messages in flight could not be extended; the next try follows",
                this::extend);
    }

    /** Extends the invisibility of messages that would become visible before the round after the next. */
    void extend() {
        Instant now = clock.instant();
        Duration margin = visibility.multipliedBy(2).dividedBy(EXTENSIONS_PER_VISIBILITY);
        List<Change> due = deliveries.dueForExtension(now, margin, visibility).stream()
                .map(message -> new Change(message, visibility, false))
                .toList();
        for (List<Change> batch : SqsCalls.inBatches(due)) {
            change(batch).forEach(extended -> extended.extendedUntil(now.plus(visibility)));
        }
    }

    /** Stops extending the invisibility of a message, and makes it visible after this time. Has no effect if it was given back before. */
    void giveBack(ReceivedMessage message, Duration visibleIn) {
        giveBack(new Change(message, visibleIn, false));
    }

    private void giveBack(Change change) {
        if (!deliveries.returned(change.message())) {
            return;
        }
        if (unbatched) {
            change(List.of(change));
        } else {
            returns.add(change);
        }
    }

    /** Like {@link #giveBack}, but {@link #makeVisible} can make the message visible earlier, when the outage is over. */
    void defer(ReceivedMessage message, Duration visibleIn) {
        giveBack(new Change(message, visibleIn, true));
    }

    /** To be called after SQS has hidden the message, so that the request to make it visible cannot overtake the request to hide it. */
    private void isDeferred(Change change) {
        change.message().extendedUntil(clock.instant().plus(change.visibleIn()));
        synchronized (deferred) {
            deferred.put(change.message().messageId(), change.message());
        }
    }

    /** A message that was deferred has been received again. */
    void receivedAgain(ReceivedMessage message) {
        synchronized (deferred) {
            deferred.remove(message.messageId());
        }
    }

    /** The number of deferred messages. */
    int deferredMessages() {
        synchronized (deferred) {
            deferred.values().removeIf(message -> !clock.instant().isBefore(message.invisibleUntil()));
            return deferred.size();
        }
    }

    /**
     * The message that was deferred first, which is in flight again without another receive; empty if none is deferred. One that SQS
     * does not keep hidden for us returns by itself.
     */
    Optional<ReceivedMessage> takeDeferred() {
        Change oldest;
        synchronized (deferred) {
            Iterator<ReceivedMessage> waiting = deferred.values().iterator();
            if (!waiting.hasNext()) {
                return Optional.empty();
            }
            oldest = new Change(waiting.next(), visibility, false);
            waiting.remove();
        }
        Instant now = clock.instant();
        List<ReceivedMessage> taken = change(List.of(oldest));
        taken.forEach(message -> message.extendedUntil(now.plus(visibility)));
        return taken.stream().findFirst();
    }

    /** Makes at most {@code max} deferred messages visible, beginning with those that have waited longest. */
    void makeVisible(int max) {
        List<Change> due = new ArrayList<>();
        synchronized (deferred) {
            Iterator<ReceivedMessage> waiting = deferred.values().iterator();
            while (waiting.hasNext() && due.size() < max) {
                due.add(new Change(waiting.next(), Duration.ZERO, false));
                waiting.remove();
            }
        }
        SqsCalls.inBatches(due).forEach(this::change);
    }

    /** Returns the messages whose change SQS has confirmed. */
    private List<ReceivedMessage> change(List<Change> batch) {
        List<VisibilityChange> changes = batch.stream()
                .map(change -> new VisibilityChange(change.message().receiptHandle(), change.visibleIn()))
                .toList();
        try {
            Set<Integer> failed = calls.changeVisibility(queue, changes).keySet();
            IntStream.range(0, batch.size())
                    .filter(i -> batch.get(i).deferred() && !failed.contains(i))
                    .forEach(i -> isDeferred(batch.get(i)));
            return IntStream.range(0, batch.size())
                    .filter(i -> !failed.contains(i))
                    .mapToObj(i -> batch.get(i).message())
                    .toList();
        } catch (RuntimeException failure) {
            // SQS may have hidden them nevertheless
            batch.stream().filter(Change::deferred).forEach(this::isDeferred);
            LOG.debug("The visibility of {} messages could not be changed: {}", batch.size(), failure.toString());
            return List.of();
        }
    }

    /** Sends the open batch and makes all deferred messages visible, because nothing would do so later. Returns when that is done. */
    @Override
    public void close() {
        returns.flush();
        makeVisible(Integer.MAX_VALUE);
    }
}
