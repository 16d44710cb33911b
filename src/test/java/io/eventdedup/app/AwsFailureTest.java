package io.eventdedup.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;

class AwsFailureTest {

    @ParameterizedTest
    @CsvSource({
        "ResourceNotFoundException, 400, MISSING",
        "AccessDeniedException, 400, DENIED",
        "UnrecognizedClientException, 400, BAD_CREDENTIALS",
        "InternalServerError, 500, UNREACHABLE",
        "ThrottlingException, 400, UNREACHABLE",
        "ValidationException, 400, REFUSED",
    })
    void anAnswerOfAwsIsOfOneKind(String code, int status, AwsFailure kind) {
        assertThat(AwsFailure.of(answer(code, status, "x"))).isEqualTo(kind);
    }

    @Test
    void whereTheMendIsUnknownTheFirstLineOfWhatAwsSaysStandsInItsPlace() {
        DynamoDbException failure = answer("ValidationException", 400, "table name is too short\nmore");

        assertThat(AwsFailure.fix(failure)).isEqualTo("table name is too short");
    }

    @Test
    void theMendOfAMissingPermissionIsThePolicy() {
        assertThat(AwsFailure.fix(answer("AccessDeniedException", 400, "x"))).contains("policy");
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
