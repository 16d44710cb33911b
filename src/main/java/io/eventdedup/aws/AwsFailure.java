package io.eventdedup.aws;

import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;

/**
 * What a failed call to AWS means: the only place where error codes and HTTP statuses are read. Each kind wants another fix. The codes
 * are those of the services' API references ("Common Error Types", SendMessage, BatchExecuteStatement).
 */
public enum AwsFailure {
    /** Nothing of that name in this account and region. */
    MISSING("does not exist in this account and region", ""),
    /** The credentials are valid, but do not allow this action. */
    DENIED("is not allowed", "attach the policy of the CloudFormation template to the role or user that this runs as"),
    /** AWS does not know the credentials. */
    BAD_CREDENTIALS(
            "was refused: AWS does not accept the credentials",
            "renew them, for example with aws sso login, or correct AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"),
    /** The SDK found no credentials. */
    NO_CREDENTIALS("was not tried: no AWS credentials found", ""),
    /** The SDK found no region. */
    NO_REGION("was not tried: no AWS region found", "set AWS_REGION, for example AWS_REGION=eu-central-1"),
    /** The host name of the endpoint does not resolve, usually because of a region that does not exist. */
    UNKNOWN_HOST(
            "was not possible: the host name of the endpoint does not resolve",
            "correct AWS_REGION or the endpoint, or check DNS"),
    /** No answer, or one that says to try again later. */
    UNREACHABLE("got no answer", "check the network, the endpoint and the health of the service"),
    /** SQS refuses this message for its content, now and later. */
    CONTENT("was refused", ""),
    /** The service, usually an emulator, does not know the operation. */
    UNKNOWN_OPERATION("was refused", ""),
    /** Refused for another reason. */
    REFUSED("was refused", "");

    private static final Set<String> MISSING_CODES =
            Set.of("ResourceNotFoundException", "QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue");
    private static final Set<String> DENIED_CODES =
            Set.of("AccessDenied", "AccessDeniedException", "AuthorizationError", "KMS.AccessDeniedException");
    private static final Set<String> CREDENTIAL_CODES = Set.of(
            "UnrecognizedClientException",
            "InvalidClientTokenId",
            "InvalidAccessKeyId",
            "InvalidSecurity",
            "SignatureDoesNotMatch",
            "InvalidSignatureException",
            "IncompleteSignature",
            "MissingAuthenticationToken",
            "ExpiredToken",
            "ExpiredTokenException");
    private static final Set<String> CONTENT_CODES = Set.of(
            "InvalidMessageContents",
            "InvalidParameterValue",
            "InvalidAttributeValue",
            "MessageTooLong",
            // the body is empty
            "MissingParameter",
            "AWS.SimpleQueueService.BatchRequestTooLong");

    private static final int FORBIDDEN = 403;
    private static final int SERVER_ERROR = 500;
    private static final int NOT_IMPLEMENTED = 501;

    private final String problem;
    private final String fix;

    AwsFailure(String problem, String fix) {
        this.problem = problem;
        this.fix = fix;
    }

    /** An exception that says itself what it means. */
    public interface Named {

        /** What it means. */
        AwsFailure awsFailure();
    }

    /** What an exception of the SDK means. */
    public static AwsFailure of(Throwable failure) {
        if (failure instanceof Named named) {
            return named.awsFailure();
        }
        if (failure instanceof AwsServiceException answer) {
            return ofAnswer(answer);
        }
        String message = String.valueOf(failure.getMessage());
        if (message.contains("Unable to load credentials")) {
            return NO_CREDENTIALS;
        }
        if (message.contains("Unable to load region")) {
            return NO_REGION;
        }
        return failure instanceof SdkClientException && causes(failure).anyMatch(UnknownHostException.class::isInstance)
                ? UNKNOWN_HOST
                : UNREACHABLE;
    }

    private static AwsFailure ofAnswer(AwsServiceException answer) {
        String code = code(answer);
        int status = answer.statusCode();
        if (answer.isThrottlingException()) {
            return UNREACHABLE;
        }
        if (MISSING_CODES.contains(code)) {
            return MISSING;
        }
        if (CREDENTIAL_CODES.contains(code)) {
            return BAD_CREDENTIALS;
        }
        if (DENIED_CODES.contains(code) || status == FORBIDDEN) {
            return DENIED;
        }
        if (CONTENT_CODES.contains(code)) {
            return CONTENT;
        }
        if (code.startsWith("UnknownOperation") || status == NOT_IMPLEMENTED) {
            return UNKNOWN_OPERATION;
        }
        return status >= SERVER_ERROR ? UNREACHABLE : REFUSED;
    }

    /** The error code of an answer, such as {@code AccessDeniedException}; empty if it has none, as the answer of a proxy. */
    public static String code(AwsServiceException answer) {
        AwsErrorDetails details = answer.awsErrorDetails();
        return details == null || details.errorCode() == null ? "" : details.errorCode();
    }

    /**
     * Whether a failed call certainly had no effect, so that it may be repeated although it is not idempotent: it was throttled, or
     * no connection was made. (Apache's ConnectTimeoutException is neither.)
     */
    public static boolean hadNoEffect(Throwable failure) {
        return failure instanceof AwsServiceException answer
                ? answer.isThrottlingException()
                : causes(failure)
                        .anyMatch(cause -> cause instanceof ConnectException || cause instanceof UnknownHostException);
    }

    private static Stream<Throwable> causes(Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause);
    }

    /** Whether the service, and not the network or the SDK, refused the call, and would refuse it again. */
    public boolean isRefusal() {
        return switch (this) {
            case MISSING, DENIED, BAD_CREDENTIALS, CONTENT, UNKNOWN_OPERATION, REFUSED -> true;
            case NO_CREDENTIALS, NO_REGION, UNKNOWN_HOST, UNREACHABLE -> false;
        };
    }

    /** Whether the fault lies with the request; otherwise no request of the kind would succeed now. */
    public boolean concernsRequest() {
        return this == CONTENT || this == REFUSED;
    }

    /** Whether no other call to the same service would succeed either. */
    public boolean concernsEveryCall() {
        return switch (this) {
            case MISSING, DENIED, CONTENT, UNKNOWN_OPERATION, REFUSED -> false;
            case BAD_CREDENTIALS, NO_CREDENTIALS, NO_REGION, UNKNOWN_HOST, UNREACHABLE -> true;
        };
    }

    /** Whether the same call may succeed later without anybody changing anything. */
    public boolean isTemporary() {
        return this == UNREACHABLE;
    }

    /** The end of a sentence that begins with what was called. */
    public String problem() {
        return problem;
    }

    /** What to do about a failure; where that cannot be told, what AWS says. */
    public static String fix(Throwable failure) {
        AwsFailure kind = of(failure);
        if (!kind.fix.isEmpty()) {
            return kind.fix;
        }
        String said = failure instanceof AwsServiceException answer && answer.awsErrorDetails() != null
                ? answer.awsErrorDetails().errorMessage()
                : failure.getMessage();
        return String.valueOf(said).lines().findFirst().orElse("");
    }
}
