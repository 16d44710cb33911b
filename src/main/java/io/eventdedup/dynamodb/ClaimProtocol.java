package io.eventdedup.dynamodb;

import io.eventdedup.dynamodb.ClaimStore.ClaimRequest;
import io.eventdedup.dynamodb.ClaimStore.ConfirmRequest;
import io.eventdedup.dynamodb.ClaimStore.RenewRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * The decisions of the claim protocol, as functions of values: who may write a row, and what is written. No I/O, no
 * clock; {@link ClaimSchema} holds the same conditions in DynamoDB's language.
 *
 * @param lease how long a claim holds without renewal
 * @param clockSkew by how much the clocks of two processes may differ; added before another's lease counts as over
 */
record ClaimProtocol(Duration lease, Duration clockSkew) {

    private static final Duration FIRST_CONFIRM_RETRY = Duration.ofMillis(200);
    private static final Duration LAST_CONFIRM_RETRY = Duration.ofSeconds(5);

    /** The row to write for a new claim, and whose row it may replace. */
    ClaimRequest claim(String key, String owner, Duration window, Instant now) {
        Instant time = now.truncatedTo(ChronoUnit.MILLIS);
        Instant leaseUntil = time.plus(lease);
        return new ClaimRequest(
                key, owner, time, leaseUntil, remember(time, window, leaseUntil), time.minus(clockSkew));
    }

    /**
     * What becomes of a claim that meets this row: the truth of the claim's condition, with the reason.
     *
     * <ul>
     *   <li>absent, or expired (DynamoDB's own deletion lags by days): claimed
     *   <li>completed: duplicate
     *   <li>in progress and already mine (a request whose answer was lost): claimed
     *   <li>in progress, the lease and the skew over: claimed
     *   <li>in progress otherwise: in progress
     * </ul>
     */
    ClaimOutcome judge(Optional<Row> existing, ClaimRequest request) {
        if (existing.isEmpty() || isExpired(existing.get(), request.now())) {
            return new ClaimOutcome.Claimed(request.leaseUntil());
        }
        if (existing.get() instanceof Row.InProgress inProgress) {
            return inProgress.isOwnedBy(request.owner())
                            || !inProgress.leaseUntil().isAfter(request.takeOverUntil())
                    ? new ClaimOutcome.Claimed(request.leaseUntil())
                    : new ClaimOutcome.InProgress(freeFrom(inProgress.leaseUntil()));
        }
        return new ClaimOutcome.Duplicate(existing.get().expiration());
    }

    /** When a key whose lease ends then may be taken over. */
    Instant freeFrom(Instant leaseUntil) {
        return leaseUntil.isAfter(Instant.MAX.minus(clockSkew)) ? Instant.MAX : leaseUntil.plus(clockSkew);
    }

    /** The end of the work on a key: remembered for the whole window from now on. */
    ConfirmRequest confirm(String key, String owner, Duration window, Instant now) {
        return new ConfirmRequest(key, owner, now, wholeSeconds(now.plus(window)));
    }

    /**
     * Whether that owner's confirm may write: over its own row, a completed one included (a confirm whose answer was
     * lost), and where no row is left (another delivery took over and failed, while this one did its work).
     */
    boolean mayConfirm(Optional<Row> existing, String owner) {
        return existing.isEmpty() || existing.get().isOwnedBy(owner);
    }

    /** Whether that owner may extend its lease, or delete its claim: only its own, and only while in progress. */
    boolean holds(Optional<Row> existing, String owner) {
        return existing.isPresent()
                && existing.get() instanceof Row.InProgress inProgress
                && inProgress.isOwnedBy(owner);
    }

    /** A lease from now on, for a claim still held. */
    RenewRequest renew(String key, String owner, Duration window, Instant now) {
        Instant time = now.truncatedTo(ChronoUnit.MILLIS);
        Instant leaseUntil = time.plus(lease);
        return new RenewRequest(key, owner, leaseUntil, remember(time, window, leaseUntil));
    }

    /**
     * Whether a lease is at half its length, or further away than a lease can be: then this process's clock went
     * backwards, and those of the others did not.
     */
    boolean isRenewalDue(Instant leaseUntil, Instant now) {
        return !now.isBefore(leaseUntil.minus(lease.dividedBy(2))) || now.isBefore(leaseUntil.minus(lease));
    }

    /** Whether the row counts for nothing any more. */
    boolean isExpired(Row row, Instant now) {
        return !row.expiration().isAfter(now.truncatedTo(ChronoUnit.SECONDS));
    }

    /** The pause before a confirm is tried again: doubling, bounded. */
    Duration confirmRetryPause(int failures) {
        Duration pause = FIRST_CONFIRM_RETRY.multipliedBy(1L << Math.min(failures - 1, 10));
        return pause.compareTo(LAST_CONFIRM_RETRY) < 0 ? pause : LAST_CONFIRM_RETRY;
    }

    /** A row in progress outlives its lease, however short the window: DynamoDB deletes what is expired. */
    private Instant remember(Instant now, Duration window, Instant leaseUntil) {
        Instant end = now.plus(window);
        Instant free = freeFrom(leaseUntil);
        return wholeSeconds(end.isAfter(free) ? end : free);
    }

    /** DynamoDB's time to live counts whole seconds; a window is never shortened by that. */
    private static Instant wholeSeconds(Instant end) {
        Instant second = end.truncatedTo(ChronoUnit.SECONDS);
        return second.equals(end) ? second : second.plusSeconds(1);
    }
}
