package io.eventdedup.app;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sts.StsClient;

/** Says as whom the program calls AWS. Needs no permission: every caller may ask STS who it is. */
final class CallerCheck {

    /** In a network without a way to STS nobody answers; the route needs no answer either. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private CallerCheck() {}

    /** One line, never {@code WRONG}; none without credentials, or if an endpoint is set for SQS but not for STS. */
    static List<CheckResult> run() {
        if (isSet("AWS_ENDPOINT_URL_SQS", "aws.endpointUrlSqs")
                && !isSet("AWS_ENDPOINT_URL_STS", "aws.endpointUrlSts")) {
            return List.of();
        }
        try (StsClient sts = StsClient.builder()
                .overrideConfiguration(override -> override.apiCallTimeout(PATIENCE))
                .build()) {
            return List.of(
                    CheckResult.good("role or user " + sts.getCallerIdentity().arn()));
        } catch (SdkException failure) {
            AwsFailure kind = AwsFailure.of(failure);
            return kind == AwsFailure.NO_CREDENTIALS
                    ? List.of()
                    : List.of(CheckResult.good("role or user not known: a call to STS " + kind.problem()));
        }
    }

    private static boolean isSet(String variable, String property) {
        return Stream.of(System.getenv(variable), System.getProperty(property)).anyMatch(value -> value != null);
    }
}
