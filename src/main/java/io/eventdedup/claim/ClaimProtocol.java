package io.eventdedup.claim;

import io.eventdedup.claim.ClaimStore.ClaimRequest;
import io.eventdedup.claim.ClaimStore.ConfirmRequest;
import io.eventdedup.claim.ClaimStore.FreeRequest;
import io.eventdedup.claim.ClaimStore.Group;
import io.eventdedup.claim.ClaimStore.RenewRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The decisions of the claim protocol, as functions of values: who may write a row, and what is written. No I/O, no
 * clock; {@code ClaimSchema} in {@code dynamodb} holds the same conditions in DynamoDB's language.
 *
 * @param lease how long a claim holds without renewal
 * @param clockSkew by how much the clocks of two processes may differ; added before another's lease counts as over
 */
public record ClaimProtocol(Duration lease, Duration clockSkew) {

    private static final Backoff CONFIRM_RETRIES = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(5));

    private static final Duration MAX_CALL = Duration.ofSeconds(6);

    /**
     * How long failures are remembered after the last attempt, at least: as long as a message can stay in an SQS queue (AWS
     * documentation, MessageRetentionPeriod), so that neither a delay nor an outage makes them uncounted.
     */
    private static final Duration FAILURES_REMEMBERED = Duration.ofDays(14);

    /** What to do next about a claim. */
    public sealed interface Step {

        /** The claim is decided. */
        record Decided(ClaimOutcome outcome) implements Step {}

        /** Write over the row that was found; if {@code found} is empty, where there is no row or an expired one. */
        record Write(ClaimRequest request, Optional<KeyState> found) implements Step {}
    }

    /** How long a request may take, its retries included: well below the lease. */
    public Duration callLimit() {
        Duration third = lease.dividedBy(3);
        return third.compareTo(MAX_CALL) < 0 ? third : MAX_CALL;
    }

    /** The row to write for a new claim. */
    public ClaimRequest claim(String key, String owner, Duration window, Content content, Instant now) {
        Instant time = now.truncatedTo(ChronoUnit.MILLIS);
        Instant leaseUntil = time.plus(lease);
        return new ClaimRequest(
                key,
                owner,
                time,
                leaseUntil,
                rowExpiration(time, window, leaseUntil, 0),
                time.minus(clockSkew),
                0,
                content);
    }

    /** When a row in a group was claimed: one lease (of this process) before its lease ends, since it was never renewed. */
    Instant claimedAt(KeyState.InProgress row) {
        return row.leaseUntil().minus(lease);
    }

    /**
     * What becomes of a claim that meets this row.
     *
     * <ul>
     *   <li>absent, or expired (DynamoDB's own deletion lags by days): to be written; what an expired row says is forgotten
     *   <li>completed: a duplicate
     *   <li>free: to be written over it, with its count of failures
     *   <li>in progress, and written by this very request (its answer was lost): claimed
     *   <li>in progress and mine, by an earlier request; or the lease and the skew over: to be written over it, with its count of
     *       failures. A death is not a failure of the work, so the count stays as it is.
     *   <li>in progress otherwise: in progress
     * </ul>
     */
    public Step judge(Optional<KeyState> found, ClaimRequest request) {
        if (found.isEmpty() || isExpired(found.get(), request.now())) {
            return new Step.Write(request, Optional.empty());
        }
        if (found.get() instanceof KeyState.Completed completed) {
            return new Step.Decided(new ClaimOutcome.Completed(
                    completed.expiration(), new Original(completed.content(), completed.at())));
        }
        if (found.get() instanceof KeyState.Free free) {
            return new Step.Write(withFailures(request, free.failures()), found);
        }
        KeyState.InProgress row = (KeyState.InProgress) found.get();
        boolean mine = row.isOwnedBy(request.owner());
        if (mine && row.leaseUntil().equals(request.leaseUntil())) {
            return new Step.Decided(new ClaimOutcome.Claimed(row.leaseUntil(), row.failures(), Optional.empty()));
        }
        return mine || !row.leaseUntil().isAfter(request.takeOverUntil())
                ? new Step.Write(withFailures(request, row.failures()), found)
                : new Step.Decided(new ClaimOutcome.InProgress(freeFrom(row.leaseUntil())));
    }

    /** The same claim on a key whose work has failed so often. */
    private ClaimRequest withFailures(ClaimRequest request, int failures) {
        Instant remembered = rowExpiration(request.now(), Duration.ZERO, request.leaseUntil(), failures);
        return new ClaimRequest(
                request.key(),
                request.owner(),
                request.now(),
                request.leaseUntil(),
                later(request.expiration(), remembered),
                request.takeOverUntil(),
                failures,
                request.content());
    }

    /** When a key whose lease ends then may be taken over. */
    public Instant freeFrom(Instant leaseUntil) {
        return leaseUntil.isAfter(Instant.MAX.minus(clockSkew)) ? Instant.MAX : leaseUntil.plus(clockSkew);
    }

    /** The end of the work on a key: remembered for the whole window from now on. */
    public ConfirmRequest confirm(String key, String owner, Duration window, Instant now) {
        return new ConfirmRequest(key, owner, now, wholeSeconds(now.plus(window)), Optional.empty());
    }

    /**
     * The same for a claim that was made in a group, if it is not too late to confirm it there. A window shorter than the lease and
     * the skew is confirmed in the row: one that is confirmed through its group lasts for the lease and the skew longer.
     */
    ConfirmRequest confirm(Claim claim, Instant now) {
        ConfirmRequest alone = confirm(claim.key(), claim.owner(), claim.window(), now);
        return claim.window().compareTo(lease.plus(clockSkew)) >= 0 && mayConfirmInGroup(claim.leaseUntil(), now)
                ? new ConfirmRequest(alone.key(), alone.owner(), alone.processedAt(), alone.expiration(), claim.group())
                : alone;
    }

    /**
     * Whether a claim may be confirmed through its group: while its lease has more left than a request may take. Not if this
     * process's clock went backwards, since those of the others did not.
     */
    boolean mayConfirmInGroup(Instant leaseUntil, Instant now) {
        return now.plus(callLimit()).isBefore(leaseUntil) && !now.isBefore(leaseUntil.minus(lease));
    }

    /**
     * Whether a confirm through the group counts: only if the answer came before the lease ended, since a delivery that takes
     * the key over then reads the group's item after this write. A later answer (a process may be paused at any step) leaves
     * the decision to the row.
     */
    boolean isConfirmedInGroup(Instant leaseUntil, Instant answered) {
        return answered.isBefore(leaseUntil);
    }

    /**
     * The group of claims that one request makes. Its item expires a clock skew after the last of its rows, so that it
     * outlives them by the clocks of DynamoDB and of the other processes too.
     */
    public Group group(String token, List<ClaimRequest> claims) {
        Instant last = claims.stream()
                .map(ClaimRequest::expiration)
                .max(Comparator.naturalOrder())
                .orElseThrow();
        return new Group(token, wholeSeconds(last.plus(clockSkew)));
    }

    /**
     * Whether that owner's confirm may write: over its own row, a completed one included (a confirm whose answer was
     * lost), and where nobody has the key (another delivery took over and failed, while this one did its work).
     */
    public boolean mayConfirm(Optional<KeyState> found, String owner) {
        return found.isEmpty() || found.get().isOwnedBy(owner) || found.get() instanceof KeyState.Free;
    }

    /** Whether that owner may extend its lease, or end its claim: only its own, and only while in progress. */
    public boolean holds(Optional<KeyState> found, String owner) {
        return found.isPresent()
                && found.get() instanceof KeyState.InProgress inProgress
                && inProgress.isOwnedBy(owner);
    }

    /** A lease from now on, for a claim still held. */
    public RenewRequest renew(String key, String owner, Duration window, int failures, Instant now) {
        Instant time = now.truncatedTo(ChronoUnit.MILLIS);
        Instant leaseUntil = time.plus(lease);
        return new RenewRequest(key, owner, leaseUntil, rowExpiration(time, window, leaseUntil, failures));
    }

    /** The end of a claim whose work failed once more. */
    public FreeRequest free(String key, String owner, Duration window, int failuresBefore, Instant now) {
        return new FreeRequest(
                key, owner, failuresBefore + 1, wholeSeconds(now.plus(longer(window, FAILURES_REMEMBERED))));
    }

    /**
     * Whether a lease is at half its length, or further away than a lease can be: then this process's clock went
     * backwards, and those of the others did not.
     */
    boolean isRenewalDue(Instant leaseUntil, Instant now) {
        return !now.isBefore(leaseUntil.minus(lease.dividedBy(2))) || now.isBefore(leaseUntil.minus(lease));
    }

    /** Whether the row counts for nothing any more. */
    public boolean isExpired(KeyState row, Instant now) {
        return !row.expiration().isAfter(now.truncatedTo(ChronoUnit.SECONDS));
    }

    /** The pause before a confirm is tried again. */
    Duration confirmRetryPause(int failures) {
        return CONFIRM_RETRIES.after(failures);
    }

    /**
     * The end of a row in progress: a window after its lease and the skew are over, since DynamoDB deletes expired rows, and a
     * confirm through the group does not touch the row. A row that counts failures lasts at least as long as they are to be
     * remembered.
     */
    private Instant rowExpiration(Instant now, Duration window, Instant leaseUntil, int failures) {
        Instant end = freeFrom(leaseUntil).plus(window);
        return wholeSeconds(failures > 0 ? later(end, now.plus(FAILURES_REMEMBERED)) : end);
    }

    /** DynamoDB's time to live counts whole seconds; a window is never shortened by that. */
    private static Instant wholeSeconds(Instant end) {
        Instant second = end.truncatedTo(ChronoUnit.SECONDS);
        return second.equals(end) ? second : second.plusSeconds(1);
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }
}
