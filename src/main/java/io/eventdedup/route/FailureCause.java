package io.eventdedup.route;

import io.eventdedup.dynamodb.KeyInProgressException;
import io.eventdedup.key.UnusableEventException;
import java.util.Set;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.sqs.model.InvalidMessageContentsException;
import software.amazon.awssdk.services.sqs.model.SqsException;

/** Why an event could not be forwarded. The route's YAML says what is done about each. */
public enum FailureCause {
    /** The body is not an event that a key can be computed of. */
    UNUSABLE_BODY,
    /** The key is claimed by another delivery, which has not finished. */
    IN_PROGRESS,
    /** DynamoDB or SQS is away, throttles, or refuses: every other event would fail as well. */
    OUTAGE,
    /** The output queue refuses this event for its content. */
    FORWARD_REJECTED,
    /** Anything else: a step of the route failed. */
    STEP_FAILED;

    /** Error codes of SQS that speak of the message and not of the service (AWS documentation, SendMessage). */
    private static final Set<String> CONTENT_ERRORS = Set.of(
            "InvalidMessageContents",
            "InvalidParameterValue",
            "InvalidAttributeValue",
            "MessageTooLong",
            "AWS.SimpleQueueService.BatchRequestTooLong");

    /** The cause of a failure, found in the exception or in what caused it. */
    public static FailureCause of(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnusableEventException) {
                return UNUSABLE_BODY;
            }
            if (cause instanceof KeyInProgressException) {
                return IN_PROGRESS;
            }
            if (cause instanceof SdkException sdkFailure) {
                return ofService(sdkFailure);
            }
        }
        return STEP_FAILED;
    }

    private static FailureCause ofService(SdkException failure) {
        if (failure instanceof InvalidMessageContentsException) {
            return FORWARD_REJECTED;
        }
        if (failure instanceof SqsException refused && CONTENT_ERRORS.contains(errorCode(refused))) {
            return FORWARD_REJECTED;
        }
        if (failure instanceof AwsServiceException
                && !(failure instanceof SqsException || failure instanceof DynamoDbException)) {
            return STEP_FAILED;
        }
        return OUTAGE;
    }

    private static String errorCode(AwsServiceException failure) {
        return failure.awsErrorDetails() == null
                ? ""
                : String.valueOf(failure.awsErrorDetails().errorCode());
    }
}
