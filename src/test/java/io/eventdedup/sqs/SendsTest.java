package io.eventdedup.sqs;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventdedup.app.RouteFixture;
import io.eventdedup.aws.MergeGroup;
import io.eventdedup.aws.Merger.Answer;
import io.eventdedup.local.EmbeddedAws;
import io.eventdedup.local.EmbeddedAwsExtension;
import io.eventdedup.sqs.BatchFaults.Fault;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchResultEntry;
import software.amazon.awssdk.services.sqs.model.SqsException;

@ExtendWith(EmbeddedAwsExtension.class)
class SendsTest {

    /** More than SQS takes in a message. */
    private static final String TOO_LONG = "x".repeat(1_100_000);

    @Test
    void aMessageThatIsRefusedTakesThoseOfItsRequestNotWithIt(EmbeddedAws aws) {
        try (RouteFixture fixture = new RouteFixture(aws);
                SqsCalls calls = SqsCalls.find(null, null, Duration.ofSeconds(20))) {
            var answers = sendAll(calls, fixture.output, "first", TOO_LONG, "last");

            assertThat(answers.get(0)).isInstanceOf(Answer.Value.class);
            assertThat(answers.get(1)).isInstanceOf(Answer.Failure.class);
            assertThat(answers.get(2)).isInstanceOf(Answer.Value.class);
            assertThat(fixture.drain(fixture.output))
                    .extracting(Message::body)
                    .containsExactlyInAnyOrder("first", "last");
        }
    }

    /** What the repetition of one message can end with: SQS says no, it fails, it is not reached. */
    static Stream<SdkException> failures() {
        return Stream.of(
                SqsException.builder().message("refused").statusCode(403).build(),
                SqsException.builder().message("broken").statusCode(500).build(),
                SdkClientException.create("no answer"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void aFailedRepetitionIsTheAnswerOfTheRepeatedMessageOnly(SdkException failure, EmbeddedAws aws) {
        try (RouteFixture fixture = new RouteFixture(aws);
                SqsCalls calls = SqsCalls.find(null, null, Duration.ofSeconds(20))) {
            BatchFaults.inject(fixture.output, new Fault.LastEntryFails(), new Fault.Throws(failure));

            var answers = sendAll(calls, fixture.output, "first", "second", "last");

            assertThat(answers.subList(0, 2)).hasOnlyElementsOfType(Answer.Value.class);
            assertThat(answers.get(2)).isEqualTo(new Answer.Failure<>(failure));
            assertThat(fixture.drain(fixture.output))
                    .extracting(Message::body)
                    .containsExactlyInAnyOrder("first", "second");
        }
    }

    @Test
    void aMessageThatSqsFailedForIsSentOnceMore(EmbeddedAws aws) {
        try (RouteFixture fixture = new RouteFixture(aws);
                SqsCalls calls = SqsCalls.find(null, null, Duration.ofSeconds(20))) {
            BatchFaults.inject(fixture.output, new Fault.LastEntryFails());

            assertThat(sendAll(calls, fixture.output, "first", "last")).hasOnlyElementsOfType(Answer.Value.class);

            assertThat(fixture.drain(fixture.output))
                    .extracting(Message::body)
                    .containsExactlyInAnyOrder("first", "last");
        }
    }

    @Test
    void aMessageThatTheAnswerLeavesOutHasFailedAndIsNotSentAgain(EmbeddedAws aws) {
        try (RouteFixture fixture = new RouteFixture(aws);
                SqsCalls calls = SqsCalls.find(null, null, Duration.ofSeconds(20))) {
            BatchFaults.inject(fixture.output, new Fault.LastEntryIsLeftOut());

            var answers = sendAll(calls, fixture.output, "first", "last");

            assertThat(answers.get(0)).isInstanceOf(Answer.Value.class);
            assertThat(answers.get(1)).isInstanceOf(Answer.Failure.class);
            assertThat(fixture.drain(fixture.output)).extracting(Message::body).containsExactly("first");
        }
    }

    @Test
    void aRequestThatFailsBeforeAnythingIsAnsweredIsTheFailureOfEachMessage(EmbeddedAws aws) {
        try (RouteFixture fixture = new RouteFixture(aws);
                SqsCalls calls = SqsCalls.find(null, null, Duration.ofSeconds(20))) {
            SdkException failure = SdkClientException.create("no answer");
            BatchFaults.inject(fixture.output, new Fault.Throws(failure));

            assertThat(sendAll(calls, fixture.output, "first", "last"))
                    .isEqualTo(Collections.nCopies(2, new Answer.Failure<>(failure)));
        }
    }

    private static List<Answer<SendMessageBatchResultEntry>> sendAll(SqsCalls calls, String queue, String... bodies) {
        List<SendMessageBatchRequestEntry> messages = Stream.of(bodies)
                .map(body ->
                        SendMessageBatchRequestEntry.builder().messageBody(body).build())
                .toList();
        return new Sends(calls, new MergeGroup()).sendAll(QueueName.parse(queue), messages);
    }
}
