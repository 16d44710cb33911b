package io.eventdedup.dynamodb;

import io.eventdedup.claim.ShortKey;
import io.eventdedup.dynamodb.Claim.Phase;
import io.eventdedup.dynamodb.Claim.Settlement;
import io.eventdedup.dynamodb.ClaimStore.ConfirmRequest;
import io.eventdedup.dynamodb.ClaimStore.ConfirmResult;
import io.eventdedup.dynamodb.Work.Verdict;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The claims of this process: asks the table, and spares it the questions whose answers are known here. Thread-safe.
 *
 * <p>At most one claim per key is under way in a process. A delivery that asks for the same key meanwhile waits for its outcome, a
 * bounded time, and then knows it without a request.
 */
final class Claims {

    private static final Logger LOG = LoggerFactory.getLogger(Claims.class);

    private final ClaimStore store;
    private final Claimer claimer;
    private final ClaimProtocol protocol;
    private final Clock clock;
    private final CompletedKeys completed;
    private final RepositoryMetrics metrics;
    private final Duration wait;
    private final PendingConfirms pending;

    /** Claims whose outcome is not in the table yet, by key: asked for, held, or not confirmed. */
    private final Map<String, Claim> current = new ConcurrentHashMap<>();

    /** @param wait how long a copy waits for an original that is in flight in this process */
    Claims(
            ClaimStore store,
            ClaimProtocol protocol,
            Clock clock,
            CompletedKeys completed,
            RepositoryMetrics metrics,
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
        metrics.watchPendingConfirms(pending::size);
    }

    /** A claim to be {@linkplain #admit admitted}. */
    Claim prepare(String key, String owner, Duration window, Optional<Claim.Delivery> delivery) {
        return new Claim(key, owner, window, delivery, clock.instant().plus(protocol.lease()));
    }

    /**
     * Asks for the key.
     *
     * @return true: claimed, and to be confirmed, released or abandoned; false: the key's work is done
     * @throws KeyInProgressException if another delivery works on the key
     * @throws ClaimFailedException if the table does not answer, or refuses
     */
    boolean admit(Claim mine) {
        long deadline = System.nanoTime() + wait.toNanos();
        while (true) {
            Optional<Work.Original> known = completed.find(mine.key());
            if (known.isPresent()) {
                return isCopy(mine, known.get());
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
            return isCopy(mine, ((Settlement.Completed) settlement).original());
        }
    }

    /** False, without a request. */
    private boolean isCopy(Claim mine, Work.Original original) {
        mine.end();
        metrics.cacheHit();
        mine.duplicateOf(original);
        return false;
    }

    private Settlement outcomeOf(Claim original, long deadline) {
        try {
            return original.awaitSettlement(deadline - System.nanoTime());
        } catch (TimeoutException e) {
            return new Settlement.InProgress(protocol.freeFrom(original.leaseUntil()));
        }
    }

    private boolean ask(Claim mine) {
        ClaimOutcome outcome;
        try {
            outcome = metrics.timeClaim(() -> claimer.claim(
                    protocol.claim(mine.key(), mine.owner(), mine.window(), mine.content(), clock.instant())));
        } catch (RuntimeException e) {
            ClaimFailedException failure = new ClaimFailedException(mine.key(), e);
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
            return true;
        }
        mine.end();
        if (outcome instanceof ClaimOutcome.InProgress inProgress) {
            leave(mine, new Settlement.InProgress(inProgress.until()));
            throw new KeyInProgressException(mine.key(), inProgress.until(), clock.instant());
        }
        ClaimOutcome.Completed done = (ClaimOutcome.Completed) outcome;
        completed.add(mine.key(), done.rememberedUntil(), done.original());
        leave(mine, new Settlement.Completed(done.original()));
        mine.duplicateOf(done.original());
        return false;
    }

    /** Ends the claim as the verdict says. Never throws; true if the table knows it now. */
    boolean settle(Claim claim, Verdict verdict) {
        return verdict == Verdict.DONE ? confirm(claim) : release(claim, verdict);
    }

    /**
     * Records that the claim's work is done. Never throws: what cannot reach the table now is kept and tried again.
     *
     * @return true if the table knows it now; false: not yet, or the claim was not (any more) this delivery's
     */
    private boolean confirm(Claim claim) {
        boolean lost = claim.is(Phase.LOST);
        if (!claim.move(Phase.HELD, Phase.SETTLING) && !claim.move(Phase.LOST, Phase.SETTLING)) {
            return false;
        }
        try {
            return write(claim, lost);
        } catch (RuntimeException | Error e) {
            LOG.debug("The confirm of {} is kept: {}", claim, e.toString());
            claim.move(Phase.SETTLING, Phase.UNCONFIRMED);
            pending.add(claim);
            // stays current, so that copies in this process know before the table does
            claim.settle(new Settlement.Completed(claim.done(clock.instant())));
            return false;
        }
    }

    private boolean write(Claim claim, boolean alreadyLost) {
        ConfirmRequest request = protocol.confirm(claim, clock.instant());
        ConfirmResult result = metrics.timeConfirm(() -> store.confirm(request));
        if (result == ConfirmResult.GROUP && !protocol.isConfirmedInGroup(claim.leaseUntil(), clock.instant())) {
            result = metrics.timeConfirm(() -> store.confirm(request.alone()));
        }
        boolean written = result != ConfirmResult.REFUSED;
        if (written) {
            Work.Original done = claim.done(request.processedAt());
            completed.add(claim.key(), request.expiration(), done);
            leave(claim, new Settlement.Completed(done));
        } else {
            if (!alreadyLost) {
                lost(claim);
            }
            leave(claim, new Settlement.Free());
        }
        claim.end();
        return written;
    }

    /**
     * Gives the key back: failed work is counted in the row, everything else is forgotten with it. Never throws: if it does not
     * reach the table, the lease frees the key.
     *
     * @return true if the table has the key free now
     */
    private boolean release(Claim claim, Verdict verdict) {
        if (!claim.move(Phase.HELD, Phase.SETTLING)) {
            return false;
        }
        try {
            boolean released = verdict == Verdict.FAILED
                    ? store.free(protocol.free(
                            claim.key(), claim.owner(), claim.window(), claim.failures(), clock.instant()))
                    : store.delete(claim.key(), claim.owner());
            if (!released) {
                lost(claim);
            }
            return released;
        } catch (RuntimeException | Error e) {
            LOG.debug("The lease ends {}, its release failed: {}", claim, e.toString());
            return false;
        } finally {
            claim.end();
            leave(claim, new Settlement.Free());
        }
    }

    /** Stops renewing a claim that its delivery has neither confirmed nor released: its lease runs out. */
    void abandon(Claim claim) {
        if (claim.move(Phase.HELD, Phase.ENDED)) {
            leave(claim, new Settlement.InProgress(protocol.freeFrom(claim.leaseUntil())));
        }
    }

    /** Extends the leases that are at half their length, each by the executor. */
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
            LOG.debug("The lease of {} is not extended: {}", claim, e.toString());
        } finally {
            claim.endRenewal();
        }
    }

    /** Tries the pending confirms whose pause is over. */
    void retryDueConfirms() {
        pending.retryDue(this::retry, this::forgetCurrent);
    }

    /** Tries every pending confirm now, up to the first failure. */
    void retryAllConfirms() {
        pending.retryAll(this::retry, this::forgetCurrent);
    }

    private boolean retry(Claim claim) {
        try {
            write(claim, false);
            return true;
        } catch (RuntimeException | Error e) {
            LOG.debug("The confirm of {} is kept: {}", claim, e.toString());
            return false;
        }
    }

    /** Whether the key is in progress or completed, anywhere; one that failed and may be claimed is neither. */
    boolean isInProgressOrCompleted(String key) {
        return completed.contains(key)
                || current.containsKey(key)
                || claimer.find(key)
                        .filter(row -> !(row instanceof KeyState.Free) && !protocol.isExpired(row, clock.instant()))
                        .isPresent();
    }

    /** Makes the key new, unless a delivery works on it; false: nothing was known of it, or a delivery does. */
    boolean forget(String key) {
        completed.remove(key);
        return claimer.forget(key);
    }

    /** Makes every key new. */
    void clear() {
        store.clear();
        completed.clear();
    }

    /** Proves that claims can be written; then tries the pending confirms, so that they come before new work. */
    void probe() {
        store.probe();
        retryAllConfirms();
    }

    int completedKeys() {
        return completed.size();
    }

    int pendingConfirms() {
        return pending.size();
    }

    /** The claim on this key that is under way in this process. */
    Optional<Claim> current(String key) {
        return Optional.ofNullable(current.get(key));
    }

    int currentSize() {
        return current.size();
    }

    private void lost(Claim claim) {
        metrics.leaseLost();
        LOG.warn(
                "Key {}: another delivery took the claim over while it was held here, so the event may go out twice;"
                        + " the process was paused, or DynamoDB away, for longer than the lease of {}",
                ShortKey.of(claim.key()),
                protocol.lease());
    }

    private void forgetCurrent(Claim claim) {
        current.remove(claim.key(), claim);
    }

    /** Leaves the map first and then wakes the copies that wait, so that a copy that is told "free" finds the key free. */
    private void leave(Claim claim, Settlement settlement) {
        current.remove(claim.key(), claim);
        claim.settle(settlement);
    }
}
