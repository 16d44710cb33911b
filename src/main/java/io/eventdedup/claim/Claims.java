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
 * The claims of this process: asks the table, and spares it the questions whose answers are known here. Thread-safe.
 *
 * <p>At most one claim per key is under way in a process. A delivery that asks for the same key meanwhile waits for its outcome, a
 * bounded time, and then knows it without a request.
 */
public final class Claims {

    private static final Logger LOG = LoggerFactory.getLogger(Claims.class);

    /** As long as so many confirms wait for the table, no further key is claimed. */
    static final int MAX_PENDING_CONFIRMS = 10_000;

    private final ClaimStore store;
    private final Claimer claimer;
    private final ClaimProtocol protocol;
    private final Clock clock;
    private final CompletedKeys completed;
    private final ClaimMetrics metrics;
    private final Duration wait;
    private final PendingConfirms pending;

    /** Claims whose outcome is not in the table yet, by key: asked for, held, or not confirmed. */
    private final Map<String, Claim> current = new ConcurrentHashMap<>();

    /** @param wait how long a copy waits for an original that is in flight in this process */
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
     * A claim to be {@linkplain Claim#admit admitted}.
     *
     * @param owner the delivery's token, from {@link Tokens}
     * @param window how long the key is remembered when the work is done
     * @param content what the work leaves for its duplicates
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

    /** Recognised without a request. */
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

    /** A table that takes claims but no confirms would let every event go out again, and fill the memory of this process. */
    private void requireFewPendingConfirms() {
        if (pending.size() >= MAX_PENDING_CONFIRMS) {
            throw new IllegalStateException(pending.size() + " finished keys could not be confirmed");
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
            // stays current, so that copies in this process know before the table does
            claim.settle(new Settlement.Completed(claim.original(clock.instant())));
            return keep(claim, e);
        }
    }

    private Settled keep(Claim claim, Throwable cause) {
        LOG.debug("The confirm of {} is kept: {}", claim, cause.toString());
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

    /** If it does not reach the table, the lease frees the key. */
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
            LOG.debug("The lease ends {}, its release failed: {}", claim, e.toString());
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
        retry(pending.due());
    }

    /** Tries every pending confirm now; what the first that failed failed with. */
    Optional<Throwable> retryAllConfirms() {
        return retry(pending.all());
    }

    /** Up to the first failure: one says enough about the table, and waiting for many timeouts in a row helps nobody. */
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
                    "Key {} was never confirmed: the table did not take its confirm for the whole window",
                    ShortKey.of(claim.key()));
        }
    }

    /** Whether the key is in progress or completed, anywhere; one that failed and may be claimed is neither. */
    public boolean isInProgressOrCompleted(String key) {
        return completed.contains(key)
                || current.containsKey(key)
                || claimer.find(key)
                        .filter(row -> !(row instanceof KeyState.Free) && !protocol.isExpired(row, clock.instant()))
                        .isPresent();
    }

    /** Makes the key new, unless a delivery works on it; false: nothing was known of it, or a delivery does. */
    public boolean forget(String key) {
        completed.remove(key);
        return claimer.forget(key);
    }

    /** Makes every key new. */
    public void clear() {
        store.clear();
        completed.clear();
    }

    /**
     * Proves that claims can be written, and writes the pending confirms, so that they come before new work.
     *
     * @throws RuntimeException while either fails
     */
    public void probe() {
        store.probe();
        retryAllConfirms().ifPresent(failure -> {
            throw failure instanceof RuntimeException known ? known : new IllegalStateException(failure);
        });
        if (pending.size() > 0) {
            // another thread is at it
            throw new IllegalStateException(pending.size() + " finished keys are not confirmed yet");
        }
    }

    /** How many finished keys this process remembers. */
    public int completedKeys() {
        return completed.size();
    }

    /** How many confirms have not reached the table yet. */
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
                "Key {}: another delivery took the claim over while it was held here, so the event may go out twice;"
                        + " the process was paused, or the table unavailable, for longer than the lease of {}",
                ShortKey.of(claim.key()),
                protocol.lease());
    }

    /** Leaves the map first and then wakes the copies that wait, so that a copy that is told "free" finds the key free. */
    private void leave(Claim claim, Settlement settlement) {
        current.remove(claim.key(), claim);
        claim.settle(settlement);
    }
}
