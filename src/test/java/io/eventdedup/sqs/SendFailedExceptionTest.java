package io.eventdedup.sqs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sqs.model.SqsException;

class SendFailedExceptionTest {

    /** AWS answers MissingParameter to an empty body, ElasticMQ InvalidAttributeValue. */
    @ParameterizedTest
    @CsvSource({
        "MissingParameter, true",
        "InvalidAttributeValue, true",
        "InvalidMessageContents, true",
        "AccessDenied, false",
        "RequestThrottled, false"
    })
    void aMessageIsRejectedIfSqsSpeaksOfItsContent(String code, boolean rejected) {
        SdkException answer = SqsException.builder()
                .message("made by the test")
                .statusCode(400)
                .awsErrorDetails(AwsErrorDetails.builder().errorCode(code).build())
                .build();

        assertThat(SendFailedException.isRejected(answer)).isEqualTo(rejected);
    }
}
