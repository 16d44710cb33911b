package io.eventdedup.claim;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The table of the claim protocol. Every operation is atomic for its key. It throws a {@code RuntimeException} of the store if it is
 * not known to have been executed.
 */
public interface ClaimStore {

    /**
     * A claim to write: a row in progress.
     *
     * @param now the time of the decision, in whole milliseconds
     * @param leaseUntil the end of the new lease
     * @param expiration the end of the new row, in whole seconds
     * @param takeOverUntil leases of other deliveries that end at this time or earlier are over
     * @param failures how often work on the key has failed before
     * @param content what the row keeps for duplicates; may be empty
     */
    record ClaimRequest(
            String key,
            String owner,
            Instant now,
            Instant leaseUntil,
            Instant expiration,
            Instant takeOverUntil,
            int failures,
            Content content) {}

    /**
     * A confirm to write: a completed row.
     *
     * @param group the group through which the claim may be confirmed, together with others
     */
    record ConfirmRequest(String key, String owner, Instant processedAt, Instant expiration, Optional<Group> group) {

        /** The same confirm without the group: of the row itself. */
        public ConfirmRequest alone() {
            return new ConfirmRequest(key, owner, processedAt, expiration, Optional.empty());
        }
    }

    /** The result of a confirm. */
    enum ConfirmResult {
        /** The row is completed. */
        ROW,
        /** The group's item names the owner. */
        GROUP,
        /** Another delivery has the key. */
        REFUSED
    }

    /** A new lease for a row in progress. */
    record RenewRequest(String key, String owner, Instant leaseUntil, Instant expiration) {}

    /** A row that may be claimed again, and counts failures. */
    record FreeRequest(String key, String owner, int failures, Instant expiration) {}

    /**
     * The claims that one request made.
     *
     * @param token identifies the group's item, and stands in the row of each of its claims
     * @param expiration the end of the group's item, not earlier than that of any of its rows
     * @param begun whether this process has written the item already; a hint that avoids a refused statement
     */
    record Group(String token, Instant expiration, AtomicBoolean begun) {

        /** A group whose item this process has not written yet. */
        public Group(String token, Instant expiration) {
            this(token, expiration, new AtomicBoolean());
        }
    }

    /** The result of writing a claim. */
    sealed interface ClaimWrite {

        /** The claim is in the table. */
        record Written(Optional<Group> group) implements ClaimWrite {}

        /** There already was this row; empty if it is gone by now. */
        record Refused(Optional<KeyState> row) implements ClaimWrite {}
    }

    /** Writes the claim if there is no row. It may, but need not, replace a row that has expired. */
    ClaimWrite insert(ClaimRequest request);

    /**
     * Replaces what was found by the claim.
     *
     * @param found the row to replace if it has not changed; if empty, the claim is written if there is no row, or an expired one
     */
    ClaimWrite replace(ClaimRequest request, Optional<KeyState> found);

    /**
     * Writes the completed row if {@link ClaimProtocol#mayConfirm} allows it. If the request has a group, it may add the owner
     * to the group's item instead.
     */
    ConfirmResult confirm(ConfirmRequest request);

    /** Frees the owner's claim if {@link ClaimProtocol#holds} allows it; false if another delivery has the key. */
    boolean free(FreeRequest request);

    /** Deletes the owner's claim if {@link ClaimProtocol#holds} allows it; false if another delivery has the key. */
    boolean delete(String key, String owner);

    /** Extends the owner's lease if {@link ClaimProtocol#holds} allows it; false if the claim is lost. */
    boolean renew(RenewRequest request);

    /** The key's row, read consistently. If it is IN_PROGRESS and names a group, it may be completed already; see {@link #done}. */
    Optional<KeyState> read(String key);

    /** The owners that the group's item names, read consistently: their claims are confirmed. Empty if there is no such item. */
    Set<String> done(String group);

    /** Deletes a row that is not in progress, whoever wrote it; false if there is none. */
    boolean forget(String key);

    /** Deletes every row of this repository. */
    void clear();

    /** Checks that claims can be written now, without changing anything; throws if not. */
    void probe();

    /** Why an operation failed, in one line for an operator, without any of the data that was written. */
    default String reason(RuntimeException failure) {
        return failure.toString().lines().findFirst().orElse("");
    }
}
