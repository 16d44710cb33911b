package io.eventdedup.sqs;

import io.eventdedup.aws.ErrorCode;
import io.eventdedup.event.Cause;
import java.util.Set;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sqs.model.InvalidMessageContentsException;
import software.amazon.awssdk.services.sqs.model.SqsException;

/** A queue did not take a message. The message is SQS's own, which holds nothing of the event. */
public final class SendFailedException extends RuntimeException implements Cause.Named {

    private static final long serialVersionUID = 1L;

    /** Error codes of SQS that speak of the message and not of the service (AWS documentation, SendMessage). */
    private static final Set<String> CONTENT_ERRORS = Set.of(
            "InvalidMessageContents",
            "InvalidParameterValue",
            "InvalidAttributeValue",
            "MessageTooLong",
            // the body is empty
            "MissingParameter",
            "AWS.SimpleQueueService.BatchRequestTooLong");

    private final Cause cause;
    private final String proof;

    /**
     * @param needed whether the pipeline needs the queue; a failure of any other is one of the user's step
     * @param proof what a message that the queue accepts proves, if a probe cannot prove it
     */
    SendFailedException(QueueName queue, SdkException failure, boolean needed, String proof) {
        super("Queue " + queue.name() + " did not take a message: " + failure.getMessage(), failure);
        this.cause = !needed ? Cause.STEP : isRejected(failure) ? Cause.REFUSED : Cause.UNAVAILABLE;
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

    /** True: SQS refuses this message for its content, now and later. False: it takes none at the moment. */
    static boolean isRejected(SdkException failure) {
        return failure instanceof InvalidMessageContentsException
                || failure instanceof SqsException refused && CONTENT_ERRORS.contains(ErrorCode.of(refused));
    }
}
