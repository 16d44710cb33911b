package io.eventdedup.proof;

import io.eventdedup.claim.Claim;
import io.eventdedup.claim.ClaimMetrics;
import io.eventdedup.claim.ClaimProtocol;
import io.eventdedup.claim.ClaimStore;
import io.eventdedup.claim.Claims;
import io.eventdedup.claim.ClaimsInside;
import io.eventdedup.claim.CompletedKeys;
import io.eventdedup.claim.RecentRefusals;
import io.eventdedup.event.DeliveryInside;
import io.eventdedup.event.EventInFlight;
import io.eventdedup.event.EventListener;
import io.eventdedup.event.FailureTable;
import io.eventdedup.event.Histories;
import io.eventdedup.event.Listeners;
import io.eventdedup.event.Pipeline;
import io.eventdedup.event.Polling;
import io.eventdedup.event.ReturnDelay;
import io.eventdedup.event.Steps;
import io.eventdedup.sqs.GateInside;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkClientException;

/** One process: its claims, its gate, what it remembers, and what it does in the background. It has no threads. */
final class Replica implements Polling {

    final int number;
    final Clock clock;
    final Claims claims;
    final Pipeline pipeline;
    final GateInside gate = new GateInside();
    boolean paused;
    boolean stopping;

    private final CompletedKeys cache;
    private final SimulatedQueue queue;
    private final Books books;
    private final Setup setup;

    /** Finished messages that are not deleted yet, with their receipt handles, as in {@code Deletes}. */
    final Map<Message, Integer> finished = new LinkedHashMap<>();

    /** Messages that were given back because something is unavailable, as in {@code VisibilityKeeper}. */
    private final Map<Message, Integer> deferred = new LinkedHashMap<>();

    Replica(
            int number,
            Clock clock,
            ClaimProtocol protocol,
            ClaimStore store,
            SimulatedQueue queue,
            Books books,
            Setup setup,
            EventListener listener) {
        this.number = number;
        this.clock = clock;
        this.queue = queue;
        this.books = books;
        this.setup = setup;
        this.cache = new CompletedKeys(10, clock);
        this.claims = new Claims(
                store,
                protocol,
                clock,
                cache,
                new LostLeases(),
                number % 2 == 0 ? new RecentRefusals() : ClaimsInside.readingFirst(),
                Duration.ZERO);
        this.pipeline =
                new Pipeline(
                        "dedup",
                        "",
                        new FailureTable(setup.maxAttempts(), clock, new ReturnDelay(() -> 0)),
                        new Listeners(listener),
                        new Steps(0, clock),
                        this,
                        () -> true) {
                    @Override
                    public Histories histories() {
                        return setup.defect() == Defect.SETTLED_EVENTS_BEGIN_AGAIN
                                ? new Histories()
                                : super.histories();
                    }
                };
    }

    /** A lost lease excuses a second forward: the operator has been told of it. */
    private final class LostLeases implements ClaimMetrics {
        @Override
        public void leaseLost() {
            books.leaseLost();
        }
    }

    @Override
    public void stop(Throwable cause, String proof) {
        boolean unwritten = cause instanceof SdkClientException;
        if (unwritten && setup.defect() == Defect.UNWRITTEN_CONFIRM_IS_ONLY_LOGGED) {
            return;
        }
        gate.stop(proof);
    }

    @Override
    public void proved(String proof) {
        if (gate.proved(proof)) {
            resumes();
        }
    }

    /** A message went through, or there was none. */
    void worked() {
        if (gate.worked()) {
            resumes();
        }
    }

    private void resumes() {
        deferred.forEach((message, handle) -> queue.changeVisibility(message, handle, Duration.ZERO));
        deferred.clear();
    }

    /** The message is in hand again. */
    void receivedAgain(Message message) {
        deferred.remove(message);
    }

    void defer(Message message, int handle) {
        deferred.put(message, handle);
    }

    /** A message that another delivery has by now stays, and its events are forgotten here. */
    void delete(Message message, int handle) {
        if (queue.delete(message, handle)) {
            books.deleted(message);
        } else if (!message.deleted) {
            message.elements.forEach(books::excuseLetter);
        }
    }

    /** Deletes what could not be deleted. */
    void retryDeletes() {
        for (Message message : new ArrayList<>(finished.keySet())) {
            delete(message, finished.get(message));
            finished.remove(message);
        }
    }

    /** The end of the process, after its messages: what can still be written is written. */
    void drain() {
        resumes();
        try {
            claims.probe();
        } catch (RuntimeException unavailable) {
            // what is left is excused where the process ends
        }
        retryDeletes();
    }

    /** What its background threads do from time to time. */
    void lookAround(boolean renews, boolean queueIsEmpty) {
        if (renews) {
            ClaimsInside.renewDue(claims);
        }
        ClaimsInside.retryDueConfirms(claims);
        finished.forEach((message, handle) -> queue.changeVisibility(message, handle, SimulatedQueue.VISIBILITY));
        if (gate.isStopped()) {
            try {
                claims.probe();
                gate.probeSucceeded();
                retryDeletes();
            } catch (RuntimeException unavailable) {
                gate.probeFailed();
            }
        } else {
            retryDeletes();
        }
        if (gate.isProbing() && queueIsEmpty && !stopping) {
            deferred.entrySet().stream().findFirst().ifPresent(first -> {
                queue.changeVisibility(first.getKey(), first.getValue(), Duration.ZERO);
                deferred.remove(first.getKey());
            });
            worked();
        }
    }

    boolean hasPending() {
        return claims.pendingConfirms() > 0 || !finished.isEmpty() || claims.currentSize() > 0;
    }

    Optional<Claim> current(String key) {
        return ClaimsInside.current(claims, key);
    }

    /** Why its lease should not be over now, if it is. */
    void requireLease(EventInFlight event, String key) {
        current(key).filter(Claim::isHeld).ifPresent(claim -> {
            if (!clock.instant().isBefore(ClaimsInside.leaseUntil(claim))) {
                throw new Violation(
                        "not renewed: the lease of " + key + " is over while process " + number + " works on it");
            }
        });
    }

    /** What distinguishes it from others. */
    void describe(Iterable<String> keys, List<Message> messages, boolean shortWindow, StringBuilder text) {
        Instant now = clock.instant();
        text.append(paused ? 'p' : '-').append(stopping ? 's' : '-').append(gate.describe());
        for (String key : keys) {
            current(key).ifPresent(claim -> text.append(key).append(ClaimsInside.describe(claim, now)));
            if (ClaimsInside.isCached(cache, key)) {
                text.append('F');
            }
        }
        text.append(claims.pendingConfirms());
        for (Message message : messages) {
            text.append(DeliveryInside.remembered(pipeline.histories(), message.id()));
            if (finished.containsKey(message)) {
                text.append('d').append(finished.get(message) == message.receives);
            }
            if (deferred.containsKey(message)) {
                text.append('o');
            }
        }
    }
}
