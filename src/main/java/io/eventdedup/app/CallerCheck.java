package io.eventdedup.app;

import io.eventdedup.aws.AwsFailure;
import io.eventdedup.aws.FoundClient;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.StsClientBuilder;

/** Says as whom the program calls AWS. Needs no permission: every caller may ask STS who it is. */
final class CallerCheck {

    /** In a network without a way to STS nobody answers; the route needs no answer either. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private CallerCheck() {}

    /**
     * One line, never {@code WRONG}; none without credentials, or if an endpoint is set for SQS but not for STS.
     *
     * @param caller whose credentials and region are used
     */
    static List<CheckResult> run(FoundClient<SqsClient> caller) {
        if (isSet("AWS_ENDPOINT_URL_SQS", "aws.endpointUrlSqs")
                && !isSet("AWS_ENDPOINT_URL_STS", "aws.endpointUrlSts")) {
            return List.of();
        }
        StsClientBuilder builder =
                StsClient.builder().overrideConfiguration(override -> override.apiCallTimeout(PATIENCE));
        caller.configuration()
                .ifPresent(its -> builder.region(its.region()).credentialsProvider(its.credentialsProvider()));
        try (StsClient sts = builder.build()) {
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
