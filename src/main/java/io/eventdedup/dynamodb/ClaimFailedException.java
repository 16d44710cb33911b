package io.eventdedup.dynamodb;

import io.eventdedup.claim.ShortKey;
import java.io.Serial;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/**
 * The repository could not find out whether a key is new: its table did not answer, or refused. Nothing has been decided about
 * the event, so give its message back and let it come again. The cause is the AWS SDK's exception.
 *
 * <p>The type says where it happened: a step of the user's own that calls AWS fails with the SDK's exceptions, never with this.
 */
public final class ClaimFailedException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    ClaimFailedException(String key, RuntimeException cause) {
        super("key " + ShortKey.of(key) + " could not be claimed: " + reason(cause), cause);
    }

    /** AWS's error code and message speak of the request, not of the event; so do the SDK's own messages. */
    private static String reason(RuntimeException cause) {
        String reason = cause instanceof AwsServiceException answer && answer.awsErrorDetails() != null
                ? answer.awsErrorDetails().errorCode() + ": "
                        + answer.awsErrorDetails().errorMessage()
                : cause.getClass().getSimpleName() + ": " + cause.getMessage();
        return reason.lines().findFirst().orElse("");
    }
}
