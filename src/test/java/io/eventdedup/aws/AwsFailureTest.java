package io.eventdedup.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;

class AwsFailureTest {

    /** AWS answers MissingParameter to an empty body, ElasticMQ InvalidAttributeValue. */
    @ParameterizedTest
    @CsvSource({
        // code, status, kind, is a refusal, concerns the request alone
        "ResourceNotFoundException, 400, MISSING, true, false",
        "AWS.SimpleQueueService.NonExistentQueue, 400, MISSING, true, false",
        "AccessDeniedException, 400, DENIED, true, false",
        "KMS.AccessDeniedException, 400, DENIED, true, false",
        ", 403, DENIED, true, false",
        "UnrecognizedClientException, 400, BAD_CREDENTIALS, true, false",
        "InternalServerError, 500, UNREACHABLE, false, false",
        ", 503, UNREACHABLE, false, false",
        "ThrottlingException, 400, UNREACHABLE, false, false",
        "RequestThrottled, 403, UNREACHABLE, false, false",
        "UnknownOperationException, 404, UNKNOWN_OPERATION, true, false",
        ", 501, UNKNOWN_OPERATION, true, false",
        "MissingParameter, 400, CONTENT, true, true",
        "InvalidAttributeValue, 400, CONTENT, true, true",
        "InvalidMessageContents, 400, CONTENT, true, true",
        "AWS.SimpleQueueService.EmptyBatchRequest, 400, REFUSED, true, true",
        "ValidationException, 400, REFUSED, true, true",
    })
    void anAnswerOfAwsIsOfOneKind(String code, int status, AwsFailure kind, boolean refusal, boolean request) {
        AwsFailure found = AwsFailure.of(answer(code, status, "x"));

        assertThat(found).isEqualTo(kind);
        assertThat(found.isRefusal()).isEqualTo(refusal);
        assertThat(found.concernsRequest()).isEqualTo(request);
    }

    @Test
    void aCallThatMadeNoConnectionOrWasThrottledHadNoEffect() {
        assertThat(AwsFailure.hadNoEffect(failedBy(new ConnectException()))).isTrue();
        assertThat(AwsFailure.hadNoEffect(failedBy(new UnknownHostException()))).isTrue();
        assertThat(AwsFailure.hadNoEffect(answer("ThrottlingException", 400, "x")))
                .isTrue();
        assertThat(AwsFailure.hadNoEffect(failedBy(new SocketTimeoutException())))
                .isFalse();
        assertThat(AwsFailure.hadNoEffect(answer("InternalServerError", 500, "x")))
                .isFalse();
    }

    @Test
    void anUnknownHostIsToldApartFromANetworkThatDoesNotAnswer() {
        assertThat(AwsFailure.of(failedBy(new UnknownHostException()))).isEqualTo(AwsFailure.UNKNOWN_HOST);
        assertThat(AwsFailure.of(failedBy(new SocketTimeoutException()))).isEqualTo(AwsFailure.UNREACHABLE);
    }

    @Test
    void whereTheFixIsUnknownTheFirstLineOfWhatAwsSaysStandsInItsPlace() {
        DynamoDbException failure = answer("ValidationException", 400, "table name is too short\nmore");

        assertThat(AwsFailure.fix(failure)).isEqualTo("table name is too short");
    }

    @Test
    void theFixOfAMissingPermissionIsThePolicy() {
        assertThat(AwsFailure.fix(answer("AccessDeniedException", 400, "x"))).contains("policy");
    }

    private static SdkException failedBy(Throwable cause) {
        return SdkClientException.create("made by the test", cause);
    }

    private static DynamoDbException answer(String code, int status, String message) {
        return (DynamoDbException) DynamoDbException.builder()
                .awsErrorDetails(AwsErrorDetails.builder()
                        .errorCode(code)
                        .errorMessage(message)
                        .build())
                .statusCode(status)
                .build();
    }
}
