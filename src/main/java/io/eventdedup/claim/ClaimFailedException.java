package io.eventdedup.claim;

import java.io.Serial;

/**
 * The table did not answer, or rejected the request, so it is not known whether the key is new. Return the event's message to the
 * queue, so that it comes again. The cause is the exception of the store, which for DynamoDB is the AWS SDK's.
 *
 * <p>Only claims throw this exception. A user's step that calls AWS fails with an exception of the SDK.
 */
public final class ClaimFailedException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    ClaimFailedException(String key, String reason, RuntimeException cause) {
        super("key " + ShortKey.of(key) + " could not be claimed: " + reason, cause);
    }
}
