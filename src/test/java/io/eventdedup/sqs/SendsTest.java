package io.eventdedup.sqs;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventdedup.app.RouteFixture;
import io.eventdedup.aws.MergeGroup;
import io.eventdedup.aws.Merger.Answer;
import io.eventdedup.local.EmbeddedAws;
import io.eventdedup.local.EmbeddedAwsExtension;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;

@ExtendWith(EmbeddedAwsExtension.class)
class SendsTest {

    /** More than SQS takes in a message. */
    private static final String TOO_LONG = "x".repeat(1_100_000);

    @Test
    void aMessageThatIsRefusedTakesThoseOfItsRequestNotWithIt(EmbeddedAws aws) {
        try (RouteFixture fixture = new RouteFixture(aws);
                SqsCalls calls = SqsCalls.find(null, null, Duration.ofSeconds(20))) {
            List<SendMessageBatchRequestEntry> messages = Stream.of("first", TOO_LONG, "last")
                    .map(body -> SendMessageBatchRequestEntry.builder()
                            .messageBody(body)
                            .build())
                    .toList();

            var answers = new Sends(calls, new MergeGroup()).sendAll(QueueName.parse(fixture.output), messages);

            assertThat(answers.get(0)).isInstanceOf(Answer.Value.class);
            assertThat(answers.get(1)).isInstanceOf(Answer.Failure.class);
            assertThat(answers.get(2)).isInstanceOf(Answer.Value.class);
            assertThat(fixture.drain(fixture.output))
                    .extracting(Message::body)
                    .containsExactlyInAnyOrder("first", "last");
        }
    }
}
