package io.eventdedup.app;

import io.eventdedup.aws.ErrorCode;
import java.util.Set;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;

/** What a failed call to AWS says about the installation; each kind wants another fix. */
enum AwsFailure {
    /** Nothing of that name in this account and region. */
    MISSING("does not exist in this account and region", ""),
    /** The credentials are good, but not for this action. */
    DENIED("is not allowed", "attach the policy of the CloudFormation template to the role or user that this runs as"),
    /** AWS does not know the credentials. */
    BAD_CREDENTIALS(
            "was refused: AWS does not accept the credentials",
            "renew them, for example with aws sso login, or correct AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"),
    /** The SDK found no credentials; {@link NoCredentialsException} says why. */
    NO_CREDENTIALS("was not tried: no AWS credentials found", ""),
    /** The SDK found no region. */
    NO_REGION("was not tried: no AWS region found", "set AWS_REGION, for example AWS_REGION=eu-central-1"),
    /** The name of the endpoint is not known, usually a region that does not exist. */
    UNKNOWN_HOST(
            "was not possible: the name of the endpoint is not known",
            "correct AWS_REGION or the endpoint, or look at the network's name service"),
    /** No answer, or one that says to come again: this passes. */
    UNREACHABLE("got no answer", "look at the network, the endpoint and the health of the service"),
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

    private final String problem;
    private final String fix;

    AwsFailure(String problem, String fix) {
        this.problem = problem;
        this.fix = fix;
    }

    static AwsFailure of(SdkException failure) {
        if (failure instanceof AwsServiceException answer) {
            return ofAnswer(answer);
        }
        if (failure instanceof NoCredentialsException none) {
            return none.mayPass() ? UNREACHABLE : NO_CREDENTIALS;
        }
        String message = String.valueOf(failure.getMessage());
        if (message.contains("Unable to load credentials")) {
            return NO_CREDENTIALS;
        }
        if (message.contains("Unable to load region")) {
            return NO_REGION;
        }
        boolean unknownHost = hasCause(failure, java.net.UnknownHostException.class);
        return failure instanceof SdkClientException && unknownHost ? UNKNOWN_HOST : UNREACHABLE;
    }

    /** What to do about a failure; where that cannot be told, what AWS says. */
    static String fix(SdkException failure) {
        AwsFailure kind = of(failure);
        if (!kind.fix.isEmpty()) {
            return kind.fix;
        }
        String said = failure instanceof AwsServiceException answer && answer.awsErrorDetails() != null
                ? answer.awsErrorDetails().errorMessage()
                : failure.getMessage();
        return String.valueOf(said).lines().findFirst().orElse("");
    }

    private static AwsFailure ofAnswer(AwsServiceException answer) {
        String code = ErrorCode.of(answer);
        if (MISSING_CODES.contains(code)) {
            return MISSING;
        }
        if (DENIED_CODES.contains(code)) {
            return DENIED;
        }
        if (CREDENTIAL_CODES.contains(code)) {
            return BAD_CREDENTIALS;
        }
        return answer.statusCode() >= 500 || answer.isThrottlingException() ? UNREACHABLE : REFUSED;
    }

    private static boolean hasCause(Throwable failure, Class<? extends Throwable> type) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }

    /** True if no other call to the same service would fare better. */
    boolean concernsEveryCall() {
        return this != MISSING && this != DENIED && this != REFUSED;
    }

    /** True if the same call may succeed later without anybody changing anything. */
    boolean isTemporary() {
        return this == UNREACHABLE;
    }

    String problem() {
        return problem;
    }
}
