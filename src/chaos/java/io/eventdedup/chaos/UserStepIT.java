package io.eventdedup.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.eventdedup.app.RouteFixture;
import io.eventdedup.local.EmbeddedAws;
import io.eventdedup.local.EmbeddedAwsExtension;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;

/** Steps that users add to the route, and that fail. */
@ExtendWith(EmbeddedAwsExtension.class)
class UserStepIT {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Pattern WAIT = Pattern.compile("failed at attempt \\d+, retry in (\\d+) s");

    /** What holds poison fails always, what is flaky fails at its first delivery. */
    private static final String FAILING_STEPS = """
            - filter:
                simple: "${body} contains 'poison'"
                steps:
                  - throwException: {exceptionType: java.lang.IllegalStateException, message: "cannot be done"}
            - filter:
                simple: "${body} contains 'flaky' && ${header.CamelAwsSqsAttributes[ApproximateReceiveCount]} == 1"
                steps:
                  - throwException: {exceptionType: java.lang.IllegalArgumentException, message: "not now"}
            """;

    @TempDir
    Path directory;

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void anEventThatKeepsFailingIsTriedLaterEachTimeThenDeadLetteredAndWorksWhenSentBackToAMendedRoute(
            EmbeddedAws aws) {
        RouteVariant.write(directory, FAILING_STEPS);
        try (RouteFixture fixture = new RouteFixture(aws).with("dedup.max-attempts", "3")) {
            Message letter;
            try (ReplicaProcess replica = ReplicaProcess.start(aws, fixture, directory)) {
                fixture.send(event("poison"));
                fixture.send(event("flaky"));
                await().atMost(PATIENCE)
                        .until(() -> fixture.size(fixture.deadLetters) == 1 && fixture.size(fixture.input) == 0);

                assertThat(waits(replica.log()))
                        .isSorted()
                        .doesNotHaveDuplicates()
                        .hasSize(2);
                letter = fixture.drain(fixture.deadLetters).get(0);
            }
            assertThat(letter.body()).isEqualTo(event("poison"));
            assertThat(attribute(letter, "dedupReason")).isEqualTo("ATTEMPTS_EXHAUSTED");
            assertThat(attribute(letter, "dedupReceiveCount")).isEqualTo("3");
            assertThat(attribute(letter, "dedupError")).isEqualTo("java.lang.IllegalStateException");
            assertThat(bodies(fixture.drain(fixture.output))).containsExactly(event("flaky"));

            fixture.startReplica();
            fixture.sqs().sendMessage(back -> back.queueUrl(fixture.url(fixture.input))
                    .messageBody(letter.body())
                    .messageAttributes(letter.messageAttributes()));
            await().atMost(PATIENCE).until(() -> fixture.size(fixture.output) == 1 && fixture.size(fixture.input) == 0);

            Message forwarded = fixture.drain(fixture.output).get(0);
            assertThat(forwarded.body()).isEqualTo(event("poison"));
            assertThat(attribute(forwarded, "dedupKey")).isEqualTo(attribute(letter, "dedupKey"));
        }
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void aFifoInputKeepsTheOrderWithinAGroupAlsoWhenAnEventFailsOnce(EmbeddedAws aws) {
        RouteVariant.write(directory, FAILING_STEPS);
        try (RouteFixture fixture = new RouteFixture(aws)) {
            String fifo = fixture.input + ".fifo";
            fixture.createQueue(fifo);
            fixture.with("dedup.input-queue", fifo);
            List<String> events = IntStream.range(0, 12)
                    .mapToObj(i -> event(i == 4 ? "flaky-4" : "step-" + i))
                    .toList();
            for (int i = 0; i < events.size(); i++) {
                String id = Integer.toString(i);
                String body = events.get(i);
                fixture.sqs().sendMessage(send -> send.queueUrl(fixture.url(fifo))
                        .messageBody(body)
                        .messageGroupId("conversation")
                        .messageDeduplicationId(id));
            }

            try (ReplicaProcess replica = ReplicaProcess.start(aws, fixture, directory)) {
                await().atMost(PATIENCE)
                        .failFast(replica.log(), () -> fixture.size(fixture.deadLetters) > 0)
                        .until(() -> fixture.size(fifo) == 0);
            }

            List<Message> forwarded = fixture.drain(fixture.output);
            forwarded.sort(Comparator.comparingLong(UserStepIT::sentAt));
            assertThat(bodies(forwarded)).containsExactlyElementsOf(events);
        }
    }

    /** The waits that the log tells of, of the event that fails always. */
    private static List<Integer> waits(String log) {
        return log.lines()
                .filter(line -> line.contains("IllegalStateException"))
                .flatMap(line -> WAIT.matcher(line).results())
                .map((MatchResult wait) -> Integer.valueOf(wait.group(1)))
                .toList();
    }

    private static String event(String name) {
        return "{\"detail-type\":\"step\",\"detail\":{\"name\":\"" + name + "\"}}";
    }

    private static long sentAt(Message message) {
        return Long.parseLong(message.attributes().get(MessageSystemAttributeName.SENT_TIMESTAMP));
    }

    private static String attribute(Message message, String name) {
        return message.messageAttributes().get(name).stringValue();
    }

    private static List<String> bodies(List<Message> messages) {
        return messages.stream().map(Message::body).toList();
    }
}
