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
 * Classifies failed AWS calls by what an operator has to fix. Only this class interprets error codes and HTTP statuses. The codes are
 * those of the AWS API references (Common Error Types; SendMessage; BatchExecuteStatement).
 */
public enum AwsFailure {
    /** The table or queue does not exist in this account and region. */
    MISSING("does not exist in this account and region", ""),
    /** The credentials are valid, but no policy allows this action. */
    DENIED(
            "is not allowed",
            "attach the policy of the CloudFormation template to the role or user that this process runs as"),
    /** AWS does not accept the credentials. */
    BAD_CREDENTIALS(
            "was refused: AWS does not accept the credentials",
            "renew them, for example with aws sso login, or correct AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"),
    /** The SDK found no credentials. */
    NO_CREDENTIALS("was not made: no AWS credentials found", ""),
    /** The SDK found no region. */
    NO_REGION("was not made: no AWS region found", "set AWS_REGION, for example AWS_REGION=eu-central-1"),
    /** The host name of the endpoint does not resolve, usually because the region does not exist. */
    UNKNOWN_HOST(
            "failed: the host name of the endpoint does not resolve",
            "correct AWS_REGION or the endpoint, or check DNS"),
    /** No response, throttled, or a server error: the call may succeed later. */
    UNREACHABLE("got no answer", "check the network, the endpoint and the health of the service"),
    /** SQS rejects this message because of its content, and always will. */
    CONTENT("was refused", ""),
    /** The service (usually an emulator) does not support the operation. */
    UNKNOWN_OPERATION("was refused", ""),
    /** Rejected for another reason. */
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

    /** An exception that knows its own classification. */
    public interface Named {

        /** The classification. */
        AwsFailure awsFailure();
    }

    /** Classifies an exception of the SDK. */
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

    /** The error code, such as {@code AccessDeniedException}; empty if there is none, as in the response of a proxy. */
    public static String code(AwsServiceException answer) {
        AwsErrorDetails details = answer.awsErrorDetails();
        return details == null || details.errorCode() == null ? "" : details.errorCode();
    }

    /**
     * Whether a failed call certainly had no effect, so that it may be repeated even if it is not idempotent: it was throttled, or no
     * connection was made. (Apache's ConnectTimeoutException does not count.)
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

    /** Whether the service rejected the call and would reject it again; false for failures of the network or the SDK. */
    public boolean isRefusal() {
        return switch (this) {
            case MISSING, DENIED, BAD_CREDENTIALS, CONTENT, UNKNOWN_OPERATION, REFUSED -> true;
            case NO_CREDENTIALS, NO_REGION, UNKNOWN_HOST, UNREACHABLE -> false;
        };
    }

    /** Whether this request is at fault; otherwise no request of this kind would succeed now. */
    public boolean concernsRequest() {
        return this == CONTENT || this == REFUSED;
    }

    /** Whether every other call to the same service would fail too. */
    public boolean concernsEveryCall() {
        return switch (this) {
            case MISSING, DENIED, CONTENT, UNKNOWN_OPERATION, REFUSED -> false;
            case BAD_CREDENTIALS, NO_CREDENTIALS, NO_REGION, UNKNOWN_HOST, UNREACHABLE -> true;
        };
    }

    /** Whether the same call may succeed later, although nobody has changed anything. */
    public boolean isTemporary() {
        return this == UNREACHABLE;
    }

    /** What happened, to be put after the name of the call: "sqs:SendMessage on Events is not allowed". */
    public String problem() {
        return problem;
    }

    /** What to do about a failure; if that is not known, the message of AWS. */
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
