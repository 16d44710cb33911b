package io.eventdedup.claim;

import java.io.Serial;

/**
 * It could not be found out whether a key is new: the table did not answer, or refused. Nothing has been decided about the event,
 * so give its message back and let it come again. The cause is the exception of the store, for DynamoDB the AWS SDK's.
 *
 * <p>The type says where it happened: a step of the user's own that calls AWS fails with the SDK's exceptions, never with this.
 */
public final class ClaimFailedException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    ClaimFailedException(String key, String reason, RuntimeException cause) {
        super("key " + ShortKey.of(key) + " could not be claimed: " + reason, cause);
    }
}
