package io.eventdedup.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.apache.camel.CamelExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughputExceededException;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.sqs.model.QueueDoesNotExistException;
import software.amazon.awssdk.services.sqs.model.SqsException;
import software.amazon.awssdk.services.sts.model.StsException;

class FailureCauseTest {

    static Stream<Exception> outages() {
        return Stream.of(
                SdkClientException.create("connection refused"),
                ApiCallTimeoutException.create(1000),
                ProvisionedThroughputExceededException.builder().build(),
                ResourceNotFoundException.builder().build(),
                QueueDoesNotExistException.builder().build(),
                error(SqsException.builder(), "AccessDenied", 403),
                error(SqsException.builder(), "InternalError", 500),
                error(DynamoDbException.builder(), "AccessDeniedException", 400));
    }

    @ParameterizedTest
    @MethodSource("outages")
    void aServiceThatDoesNotAnswerAsItShouldIsAnOutage(Exception failure) {
        assertThat(FailureCause.of(failure)).isEqualTo(FailureCause.OUTAGE);
    }

    @Test
    void aRefusalOfTheContentIsNoOutage() {
        assertThat(FailureCause.of(error(SqsException.builder(), "InvalidParameterValue", 400)))
                .isEqualTo(FailureCause.FORWARD_REJECTED);
        assertThat(FailureCause.of(error(SqsException.builder(), "InvalidMessageContents", 400)))
                .isEqualTo(FailureCause.FORWARD_REJECTED);
    }

    @Test
    void anErrorOfAServiceThatOnlyAUsersStepCallsIsAFailedStep() {
        assertThat(FailureCause.of(error(StsException.builder(), "ServiceUnavailable", 503)))
                .isEqualTo(FailureCause.STEP_FAILED);
    }

    @Test
    void theCauseIsFoundInsideWhatWrapsIt() {
        Exception wrapped = new CamelExecutionException("x", null, SdkClientException.create("reset"));

        assertThat(FailureCause.of(wrapped)).isEqualTo(FailureCause.OUTAGE);
    }

    @Test
    void anyOtherExceptionIsAFailedStep() {
        assertThat(FailureCause.of(new IllegalStateException("x"))).isEqualTo(FailureCause.STEP_FAILED);
    }

    private static AwsServiceException error(AwsServiceException.Builder builder, String code, int status) {
        return builder.awsErrorDetails(AwsErrorDetails.builder()
                        .errorCode(code)
                        .errorMessage(code)
                        .build())
                .statusCode(status)
                .build();
    }
}
