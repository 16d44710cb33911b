package io.eventdedup.route;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.camel.CamelExecutionException;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.sqs.model.QueueDoesNotExistException;

/** Failures of our own repository and queues are tested on real ones, in the route's tests. */
class FailureCauseTest {

    @Test
    void anAwsCallOfAStepIsTheStepsOwnWhateverItFailsWith() {
        assertThat(FailureCause.of(SdkClientException.create("connection refused")))
                .isEqualTo(FailureCause.STEP_FAILED);
        assertThat(FailureCause.of(ResourceNotFoundException.builder().build())).isEqualTo(FailureCause.STEP_FAILED);
        assertThat(FailureCause.of(ConditionalCheckFailedException.builder().build()))
                .isEqualTo(FailureCause.STEP_FAILED);
        assertThat(FailureCause.of(QueueDoesNotExistException.builder().build()))
                .isEqualTo(FailureCause.STEP_FAILED);
    }

    @Test
    void anyOtherExceptionIsAFailedStep() {
        assertThat(FailureCause.of(new IllegalStateException("x"))).isEqualTo(FailureCause.STEP_FAILED);
        assertThat(FailureCause.of(new CamelExecutionException("x", null, new NoClassDefFoundError("y"))))
                .isEqualTo(FailureCause.STEP_FAILED);
    }

    @Test
    void anErrorTextQuotesOnlyWhatQuotesNoEvent() {
        assertThat(ErrorText.of(new IllegalStateException("the body is {secret}")))
                .isEqualTo("java.lang.IllegalStateException");
        assertThat(ErrorText.of(SdkClientException.create("connection refused")))
                .endsWith("connection refused");
        assertThat(ErrorText.of(new ConfigurationException("one line\nand another")))
                .isEqualTo("io.eventdedup.route.ConfigurationException: one line and another");
    }

    @Test
    void anErrorTextIsNeverCutInsideACharacter() {
        String prefix = ConfigurationException.class.getName() + ": ";
        String filler = "x".repeat(255 - prefix.length());

        String text = ErrorText.of(new ConfigurationException(filler + "\uD83D\uDE00" + "y".repeat(300)));

        assertThat(text).hasSize(255).isEqualTo(prefix + filler);
    }
}
