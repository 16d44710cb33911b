package io.eventdedup.sqs;

import io.eventdedup.aws.AwsFailure;
import io.eventdedup.event.Cause;
import software.amazon.awssdk.core.exception.SdkException;

/** A queue did not take a message. The message is SQS's own, which holds nothing of the event. */
public final class SendFailedException extends RuntimeException implements Cause.Named {

    private static final long serialVersionUID = 1L;

    private final Cause cause;
    private final String proof;

    /**
     * @param needed whether the pipeline needs the queue; a failure of any other is one of the user's step
     * @param proof what a message that the queue accepts proves, if a probe cannot prove it
     */
    SendFailedException(QueueName queue, SdkException failure, boolean needed, String proof) {
        super("Queue " + queue.name() + " did not take a message: " + failure.getMessage(), failure);
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
