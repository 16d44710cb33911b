package io.eventdedup.claim;

import io.eventdedup.claim.Claim.Phase;
import io.eventdedup.claim.Claim.Settlement;
import io.eventdedup.claim.ClaimStore.ConfirmRequest;
import io.eventdedup.claim.ClaimStore.ConfirmResult;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The claims of this process. Asks the table, unless this process knows the answer already. Thread-safe.
 *
 * <p>There is at most one claim per key in a process at a time. Another delivery that asks for the key waits for the outcome of that
 * claim, for a limited time, and needs no request of its own.
 */
public final class Claims {

    private static final Logger LOG = LoggerFactory.getLogger(Claims.class);

    /** While this many confirms are pending, no further key is claimed. */
    static final int MAX_PENDING_CONFIRMS = 10_000;

    private final ClaimStore store;
    private final Claimer claimer;
    private final ClaimProtocol protocol;
    private final Clock clock;
    private final CompletedKeys completed;
    private final ClaimMetrics metrics;
    private final Duration wait;
    private final PendingConfirms pending;

    /** Claims whose outcome is not in the table yet, by key: requested, held, or not confirmed. */
    private final Map<String, Claim> current = new ConcurrentHashMap<>();

    /** @param wait how long a duplicate waits for an original that is in flight in this process */
    public Claims(
            ClaimStore store,
            ClaimProtocol protocol,
            Clock clock,
            CompletedKeys completed,
            ClaimMetrics metrics,
            RecentRefusals refusals,
            Duration wait) {
        this.store = store;
        this.claimer = new Claimer(store, protocol, refusals);
        this.protocol = protocol;
        this.clock = clock;
        this.completed = completed;
        this.metrics = metrics;
        this.wait = wait;
        this.pending = new PendingConfirms(protocol, clock);
    }

    /**
     * Prepares a claim; {@link Claim#admit} then asks for the key.
     *
     * @param owner the delivery's token, from {@link Tokens}
     * @param window how long the key is remembered when the work is done
     * @param content what the row keeps for duplicates
     */
    public Claim prepare(String key, String owner, Duration window, Content content) {
        return new Claim(this, key, owner, window, content, clock.instant().plus(protocol.lease()));
    }

    Admission admit(Claim mine) {
        long deadline = System.nanoTime() + wait.toNanos();
        while (true) {
            Optional<Original> known = completed.find(mine.key());
            if (known.isPresent()) {
                return duplicate(mine, known.get());
            }
            Claim original = current.putIfAbsent(mine.key(), mine);
            if (original == null) {
                return ask(mine);
            }
            Settlement settlement = outcomeOf(original, deadline);
            if (settlement instanceof Settlement.Free) {
                continue;
            }
            mine.end();
            if (settlement instanceof Settlement.InProgress inProgress) {
                throw new KeyInProgressException(mine.key(), inProgress.until(), clock.instant());
            }
            if (settlement instanceof Settlement.Failed failed) {
                throw failed.cause();
            }
            return duplicate(mine, ((Settlement.Completed) settlement).original());
        }
    }

    /** Recognized without a request. */
    private Admission duplicate(Claim mine, Original original) {
        mine.end();
        metrics.cacheHit();
        return new Admission.Duplicate(original);
    }

    private Settlement outcomeOf(Claim original, long deadline) {
        try {
            return original.awaitSettlement(deadline - System.nanoTime());
        } catch (TimeoutException e) {
            return new Settlement.InProgress(protocol.freeFrom(original.leaseUntil()));
        }
    }

    private Admission ask(Claim mine) {
        ClaimOutcome outcome;
        try {
            requireFewPendingConfirms();
            outcome = metrics.timeClaim(() -> claimer.claim(
                    protocol.claim(mine.key(), mine.owner(), mine.window(), mine.content(), clock.instant())));
        } catch (RuntimeException e) {
            ClaimFailedException failure = new ClaimFailedException(mine.key(), store.reason(e), e);
            mine.move(Phase.ASKING, Phase.UNKNOWN);
            leave(mine, new Settlement.Failed(failure));
            throw failure;
        } catch (Error e) {
            mine.move(Phase.ASKING, Phase.UNKNOWN);
            leave(mine, new Settlement.Free());
            throw e;
        }
        if (outcome instanceof ClaimOutcome.Claimed claimed) {
            mine.claimed(claimed);
            return new Admission.Claimed(mine);
        }
        mine.end();
        if (outcome instanceof ClaimOutcome.InProgress inProgress) {
            leave(mine, new Settlement.InProgress(inProgress.until()));
            throw new KeyInProgressException(mine.key(), inProgress.until(), clock.instant());
        }
        ClaimOutcome.Completed done = (ClaimOutcome.Completed) outcome;
        completed.add(mine.key(), done.rememberedUntil(), done.original());
        leave(mine, new Settlement.Completed(done.original()));
        return new Admission.Duplicate(done.original());
    }

    /** If the table accepted claims but no confirms, every duplicate would be forwarded, and this process would run out of memory. */
    private void requireFewPendingConfirms() {
        if (pending.size() >= MAX_PENDING_CONFIRMS) {
            throw new IllegalStateException(
                    pending.size() + " completed keys are waiting to be confirmed in the table");
        }
    }

    Settled confirm(Claim claim) {
        boolean lost = claim.is(Phase.LOST);
        if (!claim.move(Phase.HELD, Phase.SETTLING) && !claim.move(Phase.LOST, Phase.SETTLING)) {
            return new Settled.NotMine();
        }
        try {
            return write(claim, lost);
        } catch (RuntimeException | Error e) {
            // stays current, so that duplicates in this process are recognized before the table has the confirm
            claim.settle(new Settlement.Completed(claim.original(clock.instant())));
            return keep(claim, e);
        }
    }

    private Settled keep(Claim claim, Throwable cause) {
        LOG.debug("The confirm of {} failed and is retried: {}", claim, cause.toString());
        pending.failed(claim);
        claim.move(Phase.SETTLING, Phase.UNCONFIRMED);
        return new Settled.Unwritten(cause);
    }

    private Settled write(Claim claim, boolean alreadyLost) {
        ConfirmRequest request = protocol.confirm(claim, clock.instant());
        ConfirmResult result = metrics.timeConfirm(() -> store.confirm(request));
        if (result == ConfirmResult.GROUP && !protocol.isConfirmedInGroup(claim.leaseUntil(), clock.instant())) {
            result = metrics.timeConfirm(() -> store.confirm(request.alone()));
        }
        boolean written = result != ConfirmResult.REFUSED;
        if (written) {
            Original done = claim.original(request.processedAt());
            completed.add(claim.key(), request.expiration(), done);
            leave(claim, new Settlement.Completed(done));
        } else {
            if (!alreadyLost) {
                lost(claim);
            }
            leave(claim, new Settlement.Free());
        }
        claim.end();
        return written ? new Settled.Written() : new Settled.NotMine();
    }

    Settled fail(Claim claim) {
        return giveBack(
                claim,
                () -> store.free(
                        protocol.free(claim.key(), claim.owner(), claim.window(), claim.failures(), clock.instant())));
    }

    Settled release(Claim claim) {
        return giveBack(claim, () -> store.delete(claim.key(), claim.owner()));
    }

    /** If the request fails, the key is free when the lease ends. */
    private Settled giveBack(Claim claim, Supplier<Boolean> request) {
        if (!claim.move(Phase.HELD, Phase.SETTLING)) {
            return new Settled.NotMine();
        }
        try {
            if (request.get()) {
                return new Settled.Written();
            }
            lost(claim);
            return new Settled.NotMine();
        } catch (RuntimeException | Error e) {
            LOG.debug("Releasing {} failed, so its key is free when the lease ends: {}", claim, e.toString());
            return new Settled.Unwritten(e);
        } finally {
            claim.end();
            leave(claim, new Settlement.Free());
        }
    }

    void abandon(Claim claim) {
        if (claim.move(Phase.HELD, Phase.ENDED)) {
            leave(claim, new Settlement.InProgress(protocol.freeFrom(claim.leaseUntil())));
        }
    }

    /** Renews the leases of which half is over, on the executor's threads. */
    void renewDue(Executor executor) {
        Instant now = clock.instant();
        for (Claim claim : current.values()) {
            if (protocol.isRenewalDue(claim.leaseUntil(), now) && claim.startRenewal()) {
                executor.execute(() -> renew(claim));
            }
        }
    }

    private void renew(Claim claim) {
        try {
            ClaimStore.RenewRequest request =
                    protocol.renew(claim.key(), claim.owner(), claim.window(), claim.failures(), clock.instant());
            if (store.renew(request)) {
                claim.leaseEnds(request.leaseUntil());
            } else if (claim.move(Phase.HELD, Phase.LOST)) {
                lost(claim);
                leave(claim, new Settlement.Free());
            }
        } catch (RuntimeException | Error e) {
            LOG.debug("Renewing the lease of {} failed: {}", claim, e.toString());
        } finally {
            claim.endRenewal();
        }
    }

    /** Retries the pending confirms whose pause is over. */
    void retryDueConfirms() {
        retry(pending.due());
    }

    /** Retries all pending confirms now; returns the first failure. */
    Optional<Throwable> retryAllConfirms() {
        return retry(pending.all());
    }

    /** Stops at the first failure: if the table is unavailable, each further confirm would wait for its timeout. */
    private Optional<Throwable> retry(List<Claim> claims) {
        for (Claim claim : claims) {
            if (pending.isOver(claim)) {
                giveUp(claim);
            } else if (claim.move(Phase.UNCONFIRMED, Phase.SETTLING)) {
                try {
                    write(claim, false);
                    pending.remove(claim);
                } catch (RuntimeException | Error e) {
                    keep(claim, e);
                    return Optional.of(e);
                }
            }
        }
        return Optional.empty();
    }

    private void giveUp(Claim claim) {
        pending.remove(claim);
        if (current.remove(claim.key(), claim)) {
            LOG.warn(
                    "Key {} is no longer to be confirmed: its window ended before the table accepted the confirm",
                    ShortKey.of(claim.key()));
        }
    }

    /** Whether the key is in progress or completed, in any process. A key that failed and may be claimed again is neither. */
    public boolean isInProgressOrCompleted(String key) {
        return completed.contains(key)
                || current.containsKey(key)
                || claimer.find(key)
                        .filter(row -> !(row instanceof KeyState.Free) && !protocol.isExpired(row, clock.instant()))
                        .isPresent();
    }

    /** Forgets the key, so that its next event is new; false if there is no row, or a delivery works on the key. */
    public boolean forget(String key) {
        completed.remove(key);
        return claimer.forget(key);
    }

    /** Forgets every key. */
    public void clear() {
        store.clear();
        completed.clear();
    }

    /**
     * Checks that claims can be written, and writes the pending confirms, so that they precede new work.
     *
     * @throws RuntimeException if either fails
     */
    public void probe() {
        store.probe();
        retryAllConfirms().ifPresent(failure -> {
            throw failure instanceof RuntimeException known ? known : new IllegalStateException(failure);
        });
        if (pending.size() > 0) {
            // another thread is writing them
            throw new IllegalStateException(pending.size() + " completed keys are not confirmed yet");
        }
    }

    /** How many completed keys this process remembers. */
    public int completedKeys() {
        return completed.size();
    }

    /** How many confirms are not in the table yet. */
    public int pendingConfirms() {
        return pending.size();
    }

    /** The claim on this key that is under way in this process. */
    Optional<Claim> current(String key) {
        return Optional.ofNullable(current.get(key));
    }

    /** How many keys are in flight in this process. */
    public int currentSize() {
        return current.size();
    }

    private void lost(Claim claim) {
        metrics.leaseLost();
        LOG.warn(
                "Key {}: another delivery took over the key while this process worked on it, so the event may be forwarded"
                        + " twice; this process was paused, or could not reach the table, for longer than the lease of {}",
                ShortKey.of(claim.key()),
                protocol.lease());
    }

    /** Removes the claim before it wakes waiting duplicates, so that one that is told "free" finds the key free. */
    private void leave(Claim claim, Settlement settlement) {
        current.remove(claim.key(), claim);
        claim.settle(settlement);
    }
}
