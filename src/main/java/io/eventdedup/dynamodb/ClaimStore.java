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
     */
    record ClaimRequest(
            String key, String owner, Instant now, Instant leaseUntil, Instant expiration, Instant takeOverUntil) {}

    /** A completed row: since when, until when. */
    record ConfirmRequest(String key, String owner, Instant processedAt, Instant expiration) {}

    /** A longer lease for a row in progress. */
    record RenewRequest(String key, String owner, Instant leaseUntil, Instant expiration) {}

    /** Writes the claim if {@link ClaimProtocol#judge} allows it. */
    ClaimOutcome claim(ClaimRequest request);

    /** Writes the completed row if {@link ClaimProtocol#mayConfirm} allows it; false: another delivery has the key. */
    boolean confirm(ConfirmRequest request);

    /** Deletes the owner's claim; false: another delivery has the key, or its work is done. */
    boolean release(String key, String owner);

    /** Extends the owner's lease if {@link ClaimProtocol#holds} allows it; false: the claim is lost. */
    boolean renew(RenewRequest request);

    /** The key's row, as of now. */
    Optional<Row> read(String key);

    /** Deletes a completed row, whoever wrote it; false: there is none. */
    boolean forget(String key);

    /** Deletes every row of this repository. */
    void clear();

    /** Proves that claims can be written now, without changing anything. */
    void probe();
}
