package io.eventdedup.dynamodb;

import java.time.Instant;
import java.util.Optional;

/**
 * The table's side of the claim protocol. Every operation is atomic for its key and throws the AWS SDK's own
 * {@link software.amazon.awssdk.core.exception.SdkException} when it is not known to have been carried out.
 */
interface ClaimStore {

    /**
     * A row in progress.
     *
     * @param now the time of the decision, in whole milliseconds
     * @param leaseUntil the end of the new lease
     * @param expiration the end of the new row, in whole seconds
     * @param takeOverUntil others' leases that end then or earlier are over
     * @param failures how often work on the key has failed before
     */
    record ClaimRequest(
            String key,
            String owner,
            Instant now,
            Instant leaseUntil,
            Instant expiration,
            Instant takeOverUntil,
            int failures) {}

    /** A completed row: since when, until when. */
    record ConfirmRequest(String key, String owner, Instant processedAt, Instant expiration) {}

    /** A longer lease for a row in progress. */
    record RenewRequest(String key, String owner, Instant leaseUntil, Instant expiration) {}

    /** A row that may be claimed, and says how often its work has failed. */
    record FreeRequest(String key, String owner, int failures, Instant expiration) {}

    /**
     * The claims that one request made.
     *
     * @param token names the group's item and stands in the rows of its claims
     * @param expiration the end of the group's item, not before that of any of its rows
     */
    record Group(String token, Instant expiration) {}

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

    /** Writes the completed row if {@link ClaimProtocol#mayConfirm} allows it; false: another delivery has the key. */
    boolean confirm(ConfirmRequest request);

    /** Frees the owner's claim if {@link ClaimProtocol#holds} allows it; false: another delivery has the key. */
    boolean free(FreeRequest request);

    /** Deletes the owner's claim if {@link ClaimProtocol#holds} allows it; false: another delivery has the key. */
    boolean delete(String key, String owner);

    /** Extends the owner's lease if {@link ClaimProtocol#holds} allows it; false: the claim is lost. */
    boolean renew(RenewRequest request);

    /** The key's row, as of now. */
    Optional<KeyState> read(String key);

    /** Deletes a row that is not in progress, whoever wrote it; false: there is none. */
    boolean forget(String key);

    /** Deletes every row of this repository. */
    void clear();

    /** Proves that claims can be written now, without changing anything. */
    void probe();
}
