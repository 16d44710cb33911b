package io.eventdedup.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventdedup.route.ConfigurationException;
import org.apache.camel.CamelExecutionException;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.sqs.model.QueueDoesNotExistException;

/** Failures of our own repository and queues are tested on real ones, in the route's tests. */
class CauseTest {

    @Test
    void anAwsCallOfAStepIsTheStepsOwnWhateverItFailsWith() {
        assertThat(Cause.of(SdkClientException.create("connection refused"))).isEqualTo(Cause.STEP);
        assertThat(Cause.of(ResourceNotFoundException.builder().build())).isEqualTo(Cause.STEP);
        assertThat(Cause.of(ConditionalCheckFailedException.builder().build())).isEqualTo(Cause.STEP);
        assertThat(Cause.of(QueueDoesNotExistException.builder().build())).isEqualTo(Cause.STEP);
    }

    @Test
    void anyOtherExceptionIsAFailedStep() {
        assertThat(Cause.of(new IllegalStateException("x"))).isEqualTo(Cause.STEP);
        assertThat(Cause.of(new CamelExecutionException("x", null, new NoClassDefFoundError("y"))))
                .isEqualTo(Cause.STEP);
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
