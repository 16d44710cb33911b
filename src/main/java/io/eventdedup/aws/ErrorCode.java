package io.eventdedup.aws;

import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/** The error codes by which AWS says why it refuses, such as {@code AccessDeniedException}. */
public final class ErrorCode {

    private ErrorCode() {}

    /** The code of an answer; empty if it has none, as the answer of a proxy. */
    public static String of(AwsServiceException answer) {
        AwsErrorDetails details = answer.awsErrorDetails();
        return details == null || details.errorCode() == null ? "" : details.errorCode();
    }
}
