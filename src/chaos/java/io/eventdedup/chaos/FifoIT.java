package io.eventdedup.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.eventdedup.app.RouteFixture;
import io.eventdedup.local.EmbeddedAws;
import io.eventdedup.local.EmbeddedAwsExtension;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;

/** FIFO queues behind the route. */
@ExtendWith(EmbeddedAwsExtension.class)
class FifoIT {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private RouteFixture fixture;
    private String output;
    private String deadLetters;

    @BeforeEach
    void start(EmbeddedAws aws) {
        fixture = new RouteFixture(aws);
        output = fixture.output + ".fifo";
        deadLetters = fixture.deadLetters + ".fifo";
        fixture.createQueue(output);
        fixture.createQueue(deadLetters);
        fixture.with("dedup.output-queue", output)
                .with("dedup.dead-letter-queue", deadLetters)
                .startReplica();
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void theKeyIsDeduplicationIdAndGroup() {
        fixture.send("{\"detail-type\":\"fifo\",\"detail\":{\"n\":1}}");

        Message forwarded = awaitOne(output);

        String key = forwarded.messageAttributes().get("dedupKey").stringValue();
        assertThat(id(forwarded)).isEqualTo(key);
        assertThat(group(forwarded)).isEqualTo(key);
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void aRuleMayNameTheGroup() {
        fixture.send("{\"detail-type\":\"v2.detail.events.conversation.{id}.acd.start\",\"detail\":{\"eventBody\":"
                + "{\"conversationId\":\"c-1\",\"participantId\":\"p\",\"sessionId\":\"s\",\"eventTime\":1}}}");

        Message forwarded = awaitOne(output);

        assertThat(id(forwarded))
                .isEqualTo(forwarded.messageAttributes().get("dedupKey").stringValue());
        assertThat(group(forwarded)).isEqualTo("c-1");
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void aDeadLetterThatFailsAgainAfterItWasSentBackIsKeptAgain() {
        fixture.send("not an event");
        Message letter = awaitOne(deadLetters);
        fixture.sqs().sendMessage(back -> back.queueUrl(fixture.url(fixture.input))
                .messageBody(letter.body())
                .messageAttributes(letter.messageAttributes()));

        Message again = awaitOne(deadLetters);

        assertThat(again.body()).isEqualTo(letter.body());
        assertThat(id(again)).isNotEqualTo(id(letter));
        assertThat(group(again)).isNotEqualTo(group(letter));
    }

    private Message awaitOne(String queue) {
        await().atMost(PATIENCE).until(() -> fixture.size(queue) == 1 && fixture.size(fixture.input) == 0);
        List<Message> messages = fixture.drain(queue);
        assertThat(messages).hasSize(1);
        return messages.get(0);
    }

    private static String id(Message message) {
        return message.attributes().get(MessageSystemAttributeName.MESSAGE_DEDUPLICATION_ID);
    }

    private static String group(Message message) {
        return message.attributes().get(MessageSystemAttributeName.MESSAGE_GROUP_ID);
    }
}
