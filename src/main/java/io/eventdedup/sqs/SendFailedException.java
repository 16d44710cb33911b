package io.eventdedup.sqs;

import io.eventdedup.aws.AwsFailure;
import io.eventdedup.event.Cause;
import software.amazon.awssdk.core.exception.SdkException;

/** A queue did not accept a message. The text is that of SQS, which contains no event content. */
public final class SendFailedException extends RuntimeException implements Cause.Named {

    private static final long serialVersionUID = 1L;

    private final Cause cause;
    private final String proof;

    /**
     * @param needed whether the pipeline needs the queue; otherwise this is the failure of a step
     * @param proof what an accepted message proves if no probe can prove it, else empty
     */
    SendFailedException(QueueName queue, SdkException failure, boolean needed, String proof) {
        super("Queue " + queue.name() + " did not accept a message: " + failure.getMessage(), failure);
        boolean refused = AwsFailure.of(failure) == AwsFailure.CONTENT;
        this.cause = !needed ? Cause.STEP : refused ? Cause.REFUSED : Cause.UNAVAILABLE;
        this.proof = proof;
    }

    @Override
    public Cause failureCause() {
        return cause;
    }

    @Override
    public String proof() {
        return proof;
    }
}
