package io.eventdedup.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.eventdedup.app.RouteFixture;
import io.eventdedup.app.RouteProcess;
import io.eventdedup.local.EmbeddedAws;
import io.eventdedup.local.EmbeddedAwsExtension;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;

/** {@code java -jar event-dedup.jar redrive}. */
@ExtendWith(EmbeddedAwsExtension.class)
class RedriveIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int LETTERS = 1_000;

    @TempDir
    Path directory;

    private RouteFixture fixture;

    @BeforeEach
    void createQueues(EmbeddedAws aws) {
        fixture = new RouteFixture(aws);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void killedInTheMiddleAndRunAgainItLosesNothing(EmbeddedAws aws) throws Exception {
        letters(LETTERS, "ATTEMPTS_EXHAUSTED");

        RouteProcess killed = redrive(aws, aws.sqsEndpoint());
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> fixture.size(fixture.input) > LETTERS / 4 || !killed.isAlive());
        killed.close();
        assertThat(fixture.size(fixture.deadLetters)).as(killed.output()).isBetween(1, LETTERS - 1);

        await().atMost(PATIENCE).until(() -> hidden() == 0);
        try (RouteProcess again = redrive(aws, aws.sqsEndpoint())) {
            assertThat(again.exitCode()).as(again.output()).isZero();
            assertThat(again.output()).containsPattern("Sent back to " + fixture.input + ": \\d+");
        }
        assertThat(fixture.size(fixture.deadLetters)).isZero();

        // what was sent twice is a copy for the route
        assertThat(fixture.drain(fixture.input).stream().map(Message::body).collect(Collectors.toSet()))
                .hasSize(LETTERS);
    }

    @Test
    void itSaysWhatIsThereAndWhatItMayNotDo(EmbeddedAws aws) throws Exception {
        letters(10, "ATTEMPTS_EXHAUSTED");
        letters(2, "FORWARD_REJECTED");

        try (RouteProcess dryRun = redrive(aws, aws.sqsEndpoint(), "--dry-run")) {
            assertThat(dryRun.exitCode()).as(dryRun.output()).isZero();
            assertThat(dryRun.output().lines().map(line -> line.replaceAll("\\d+s$", "_")))
                    .containsExactly(
                            "reason                dead letters  oldest",
                            "ATTEMPTS_EXHAUSTED              10  _",
                            "FORWARD_REJECTED                 2  _",
                            "Would be sent back to " + fixture.input + ": 12");
        }
        assertThat(hidden()).isZero();

        try (FaultProxy proxy = new FaultProxy(aws.sqsEndpoint(), 1)) {
            proxy.faults().inject("DeleteMessage", Fault.DENIED, 1);
            try (RouteProcess denied = redrive(aws, proxy.endpoint(), "--reason", "FORWARD_REJECTED")) {
                assertThat(denied.exitCode()).as(denied.output()).isEqualTo(1);
                assertThat(denied.output())
                        .contains("sqs:DeleteMessage on " + fixture.deadLetters + " is not allowed: attach the policy")
                        .contains("Sent back to " + fixture.input + ": 2", "Left in " + fixture.deadLetters + ": 10 with another")
                        .containsPattern("Dead letter [0-9a-f-]{36} was sent back but could not be deleted")
                        .doesNotContain("\tat ");
            }
        }
        assertThat(fixture.size(fixture.input)).isEqualTo(2);
        assertThat(fixture.drain(fixture.deadLetters)).hasSize(12);

        try (RouteProcess wrong = redrive(aws, aws.sqsEndpoint(), "--max", "0")) {
            assertThat(wrong.exitCode()).isEqualTo(2);
            assertThat(wrong.output().lines()).containsExactly("--max is 0; it must be at least 1");
        }
    }

    /** A letter that a killed run has received is visible again after {@code dedup.visibility-timeout}. */
    private RouteProcess redrive(EmbeddedAws aws, URI sqs, String... options) {
        Map<String, String> environment = new HashMap<>(Map.of(
                "DEDUP_INPUT_QUEUE", fixture.input,
                "DEDUP_DEAD_LETTER_QUEUE", fixture.deadLetters,
                "DEDUP_VISIBILITY_TIMEOUT", "3s",
                "DEDUP_LEASE", "2s",
                "AWS_ENDPOINT_URL_SQS", sqs.toString()));
        String[] arguments = new String[options.length + 1];
        arguments[0] = "redrive";
        System.arraycopy(options, 0, arguments, 1, options.length);
        return RouteProcess.start(aws, directory, environment, arguments);
    }

    private void letters(int count, String reason) {
        Map<String, MessageAttributeValue> attributes = Map.of(
                "dedupReason",
                MessageAttributeValue.builder()
                        .dataType("String")
                        .stringValue(reason)
                        .build());
        String url = fixture.url(fixture.deadLetters);
        for (int from = 0; from < count; from += 10) {
            List<SendMessageBatchRequestEntry> batch = IntStream.range(from, Math.min(from + 10, count))
                    .mapToObj(i -> SendMessageBatchRequestEntry.builder()
                            .id("i" + i)
                            .messageBody(event(i))
                            .messageAttributes(attributes)
                            .build())
                    .toList();
            fixture.sqs().sendMessageBatch(send -> send.queueUrl(url).entries(batch));
        }
    }

    private static String event(int number) {
        return "{\"detail-type\":\"test.event\",\"detail\":{\"n\":" + number + "}}";
    }

    private int hidden() {
        return Integer.parseInt(fixture.sqs()
                .getQueueAttributes(request -> request.queueUrl(fixture.url(fixture.deadLetters))
                        .attributeNames(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE))
                .attributes()
                .get(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE));
    }
}
