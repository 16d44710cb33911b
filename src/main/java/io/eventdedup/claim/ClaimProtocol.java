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
 * The decisions of the claim protocol as pure functions: who may write a row, and what is written. No I/O, no clock.
 * {@code ClaimSchema} in {@code dynamodb} has the same conditions as DynamoDB expressions.
 *
 * @param lease how long a claim lasts unless it is renewed
 * @param clockSkew by how much the clocks of two processes may differ; added before another's lease counts as over
 */
public record ClaimProtocol(Duration lease, Duration clockSkew) {

    private static final Backoff CONFIRM_RETRIES = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(5));

    private static final Duration MAX_CALL = Duration.ofSeconds(6);

    /**
     * The least time for which failures are remembered after the last attempt: as long as a message can stay in an SQS queue (AWS
     * documentation, Amazon SQS message quotas, Message retention), so that no delay or outage resets the count.
     */
    private static final Duration FAILURES_REMEMBERED = Duration.ofDays(14);

    /** The next step of a claim. */
    public sealed interface Step {

        /** The claim is decided. */
        record Decided(ClaimOutcome outcome) implements Step {}

        /** Replace the row that was found; if {@code found} is empty, write where there is no row, or an expired one. */
        record Write(ClaimRequest request, Optional<KeyState> found) implements Step {}
    }

    /** How long a request may take, including its retries: well below the lease. */
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

    /** When a row in a group was claimed: one lease (of this process) before the end of its lease, because it was never renewed. */
    Instant claimedAt(KeyState.InProgress row) {
        return row.leaseUntil().minus(lease);
    }

    /**
     * Decides about a claim that found this row.
     *
     * <ul>
     *   <li>no row, or an expired one (DynamoDB deletes expired items within days; AWS documentation, Time to Live): write; what the
     *       expired row says is ignored
     *   <li>completed: a duplicate
     *   <li>free: replace it, keeping its count of failures
     *   <li>in progress, written by this very request (whose response was lost): claimed
     *   <li>in progress, written by an earlier request of this owner; or the lease and the clock skew are over: replace it, keeping its
     *       count of failures. That a process died is not a failure of the work, so it does not count.
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

    /** The same claim on a key whose work has failed this often. */
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

    /** When a key whose lease ends at this time may be taken over. */
    public Instant freeFrom(Instant leaseUntil) {
        return leaseUntil.isAfter(Instant.MAX.minus(clockSkew)) ? Instant.MAX : leaseUntil.plus(clockSkew);
    }

    /** The confirm of a key whose work is done: it is remembered for the whole window from now on. */
    public ConfirmRequest confirm(String key, String owner, Duration window, Instant now) {
        return new ConfirmRequest(key, owner, now, wholeSeconds(now.plus(window)), Optional.empty());
    }

    /**
     * The same for a claim that may have a group: through the group unless it is too late for that. If the window is shorter than lease
     * and skew, the row itself is confirmed, because a key that is confirmed through its group is remembered for lease and skew longer.
     */
    ConfirmRequest confirm(Claim claim, Instant now) {
        ConfirmRequest alone = confirm(claim.key(), claim.owner(), claim.window(), now);
        return claim.window().compareTo(lease.plus(clockSkew)) >= 0 && mayConfirmInGroup(claim.leaseUntil(), now)
                ? new ConfirmRequest(alone.key(), alone.owner(), alone.processedAt(), alone.expiration(), claim.group())
                : alone;
    }

    /**
     * Whether a claim may be confirmed through its group: only while more of its lease is left than a request may take. Not if this
     * process's clock went backwards, because those of the others did not.
     */
    boolean mayConfirmInGroup(Instant leaseUntil, Instant now) {
        return now.plus(callLimit()).isBefore(leaseUntil) && !now.isBefore(leaseUntil.minus(lease));
    }

    /**
     * Whether a confirm through the group counts: only if the response came before the lease ended, because a delivery that then
     * takes the key over reads the group's item after this write. If the response comes later (a process may be paused at any step),
     * the row decides.
     */
    boolean isConfirmedInGroup(Instant leaseUntil, Instant answered) {
        return answered.isBefore(leaseUntil);
    }

    /**
     * The group of the claims in one request. Its item expires one clock skew after the last of its rows, so that it outlives them also
     * by the clocks of DynamoDB and of the other processes.
     */
    public Group group(String token, List<ClaimRequest> claims) {
        Instant last = claims.stream()
                .map(ClaimRequest::expiration)
                .max(Comparator.naturalOrder())
                .orElseThrow();
        return new Group(token, wholeSeconds(last.plus(clockSkew)));
    }

    /**
     * Whether this owner may confirm: its own row, also if it is completed already (by a confirm whose response was lost), and a key
     * that nobody holds (another delivery took it over and failed while this one did its work).
     */
    public boolean mayConfirm(Optional<KeyState> found, String owner) {
        return found.isEmpty() || found.get().isOwnedBy(owner) || found.get() instanceof KeyState.Free;
    }

    /** Whether this owner may renew or end the claim: only its own, and only while it is in progress. */
    public boolean holds(Optional<KeyState> found, String owner) {
        return found.isPresent()
                && found.get() instanceof KeyState.InProgress inProgress
                && inProgress.isOwnedBy(owner);
    }

    /** A new lease from now on, for a claim that is still held. */
    public RenewRequest renew(String key, String owner, Duration window, int failures, Instant now) {
        Instant time = now.truncatedTo(ChronoUnit.MILLIS);
        Instant leaseUntil = time.plus(lease);
        return new RenewRequest(key, owner, leaseUntil, rowExpiration(time, window, leaseUntil, failures));
    }

    /** The end of a claim whose work has failed once more. */
    public FreeRequest free(String key, String owner, Duration window, int failuresBefore, Instant now) {
        return new FreeRequest(
                key, owner, failuresBefore + 1, wholeSeconds(now.plus(longer(window, FAILURES_REMEMBERED))));
    }

    /**
     * Whether half of a lease is over. Also if it ends later than any lease can: then this process's clock went backwards, and those
     * of the others did not.
     */
    boolean isRenewalDue(Instant leaseUntil, Instant now) {
        return !now.isBefore(leaseUntil.minus(lease.dividedBy(2))) || now.isBefore(leaseUntil.minus(lease));
    }

    /** Whether the row has expired, so that it counts as absent. */
    public boolean isExpired(KeyState row, Instant now) {
        return !row.expiration().isAfter(now.truncatedTo(ChronoUnit.SECONDS));
    }

    /** The pause before a confirm is tried again. */
    Duration confirmRetryPause(int failures) {
        return CONFIRM_RETRIES.after(failures);
    }

    /**
     * The expiration of a row in progress: one window after its lease and the skew are over, because a confirm through the group does
     * not change the row, and DynamoDB deletes expired rows. A row with failures lasts at least as long as they must be remembered.
     */
    private Instant rowExpiration(Instant now, Duration window, Instant leaseUntil, int failures) {
        Instant end = freeFrom(leaseUntil).plus(window);
        return wholeSeconds(failures > 0 ? later(end, now.plus(FAILURES_REMEMBERED)) : end);
    }

    /** Rounds up, because DynamoDB's time to live is in whole seconds, and a window must not become shorter. */
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
