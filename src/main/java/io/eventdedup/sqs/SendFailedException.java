package io.eventdedup.sqs;

import io.eventdedup.aws.ErrorCode;
import java.util.Set;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sqs.model.InvalidMessageContentsException;
import software.amazon.awssdk.services.sqs.model.SqsException;

/** A queue of the route did not take a message. The message is SQS's own, which holds nothing of the event. */
public final class SendFailedException extends RuntimeException {

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

    private final boolean rejected;

    SendFailedException(QueueName queue, SdkException cause) {
        super("Queue " + queue.name() + " did not take a message: " + cause.getMessage(), cause);
        this.rejected = speaksOfTheMessage(cause);
    }

    /** True: SQS refuses this message for its content, now and later. False: it takes none at the moment. */
    public boolean isRejected() {
        return rejected;
    }

    private static boolean speaksOfTheMessage(SdkException failure) {
        return failure instanceof InvalidMessageContentsException
                || failure instanceof SqsException refused && CONTENT_ERRORS.contains(ErrorCode.of(refused));
    }
}
