package io.eventdedup.claim;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The table's side of the claim protocol. Every operation is atomic for its key and throws a
 * {@code RuntimeException} of the store's own when it is not known to have been carried out.
 */
public interface ClaimStore {

    /**
     * A row in progress.
     *
     * @param now the time of the decision, in whole milliseconds
     * @param leaseUntil the end of the new lease
     * @param expiration the end of the new row, in whole seconds
     * @param takeOverUntil others' leases that end then or earlier are over
     * @param failures how often work on the key has failed before
     * @param content what the work keeps with the key; may be empty
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
     * A completed row: since when, until when.
     *
     * @param group through which the claim may be confirmed together with others
     */
    record ConfirmRequest(String key, String owner, Instant processedAt, Instant expiration, Optional<Group> group) {

        /** The same confirm, of the row itself. */
        public ConfirmRequest alone() {
            return new ConfirmRequest(key, owner, processedAt, expiration, Optional.empty());
        }
    }

    /** What became of a confirm. */
    enum ConfirmResult {
        /** The row is completed. */
        ROW,
        /** The group's item names the owner. */
        GROUP,
        /** Another delivery has the key. */
        REFUSED
    }

    /** A longer lease for a row in progress. */
    record RenewRequest(String key, String owner, Instant leaseUntil, Instant expiration) {}

    /** A row that may be claimed, and says how often its work has failed. */
    record FreeRequest(String key, String owner, int failures, Instant expiration) {}

    /**
     * The claims that one request made.
     *
     * @param token names the group's item and stands in the rows of its claims
     * @param expiration the end of the group's item, not before that of any of its rows
     * @param begun whether this process has written the item; a hint, which spares a refused statement
     */
    record Group(String token, Instant expiration, AtomicBoolean begun) {

        /** A group whose item this process has not written yet. */
        public Group(String token, Instant expiration) {
            this(token, expiration, new AtomicBoolean());
        }
    }

    /** What the write of a claim came to. */
    sealed interface ClaimWrite {

        /** The claim is in the table. */
        record Written(Optional<Group> group) implements ClaimWrite {}

        /** A row was in the way: this one; empty if it is gone by now. */
        record Refused(Optional<KeyState> row) implements ClaimWrite {}
    }

    /** Writes the claim where no row is; it may, but need not, do so over a row that has expired. */
    ClaimWrite insert(ClaimRequest request);

    /**
     * Writes the claim over what was found.
     *
     * @param found the row to replace, provided that it still is as it was found; empty: no row, or an expired one
     */
    ClaimWrite replace(ClaimRequest request, Optional<KeyState> found);

    /**
     * Writes the completed row if {@link ClaimProtocol#mayConfirm} allows it. If the request has a group, it may add the owner
     * to the group's item instead.
     */
    ConfirmResult confirm(ConfirmRequest request);

    /** Frees the owner's claim if {@link ClaimProtocol#holds} allows it; false: another delivery has the key. */
    boolean free(FreeRequest request);

    /** Deletes the owner's claim if {@link ClaimProtocol#holds} allows it; false: another delivery has the key. */
    boolean delete(String key, String owner);

    /** Extends the owner's lease if {@link ClaimProtocol#holds} allows it; false: the claim is lost. */
    boolean renew(RenewRequest request);

    /** The key's row, as of now. A row IN_PROGRESS that names a group may be completed already: {@link #done} tells. */
    Optional<KeyState> read(String key);

    /** The owners that the group's item names, as of now: their claims are confirmed. Empty if there is no such item. */
    Set<String> done(String group);

    /** Deletes a row that is not in progress, of any writer; false: there is none. */
    boolean forget(String key);

    /** Deletes every row of this repository. */
    void clear();

    /** Proves that claims can be written now, without changing anything. */
    void probe();

    /** Why an operation failed, in one line for an operator; holds nothing of what was written. */
    default String reason(RuntimeException failure) {
        return failure.toString().lines().findFirst().orElse("");
    }
}
