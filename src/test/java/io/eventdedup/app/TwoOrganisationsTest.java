package io.eventdedup.app;

import static io.eventdedup.app.Ends.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.eventdedup.local.EmbeddedAws;
import io.eventdedup.local.EmbeddedAwsExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.sqs.model.Message;

/** Two organisations in one process, each with a copy of the shipped route: what goes wrong in one touches nothing of the other. */
@ExtendWith(EmbeddedAwsExtension.class)
class TwoOrganisationsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private int port;
    private String input;
    private String output;
    private String deadLetters;
    private RouteFixture fixture;

    @BeforeEach
    void createQueuesAndTable(EmbeddedAws aws) {
        port = EmbeddedAws.freePort();
        fixture = new RouteFixture(aws).with("dedup.http.port", Integer.toString(port));
        input = fixture.input + "-2";
        output = fixture.output + "-2";
        deadLetters = fixture.deadLetters + "-2";
        Stream.of(input, output, deadLetters).forEach(fixture::createQueue);
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void aStepThatFailsAfterTheSendAndADeadLetterQueueThatRefuses() throws IOException {
        fixture.deleteQueue(deadLetters);
        start("", "- throwException: {exceptionType: java.io.IOException, message: no}");

        send(input, event("sent before the step fails"));
        await().atMost(PATIENCE).until(() -> fixture.size(output) == 1);
        await().atMost(PATIENCE).until(() -> fixture.size(input) == 0);
        send(input, "no event");
        await().atMost(PATIENCE).until(() -> gate("second") == 1);
        fixture.send(event("sent before the step fails"));
        fixture.send("no event either");

        await().atMost(PATIENCE).until(() -> fixture.size(fixture.input) == 0);
        assertThat(bodies(fixture.output)).containsExactly(event("sent before the step fails"));
        assertThat(bodies(fixture.deadLetters)).containsExactly("no event either");
        assertThat(fixture.size(input)).isEqualTo(1);
        assertThat(gate("dedup")).isZero();
        await().atMost(PATIENCE).untilAsserted(() -> assertCounts("dedup", 1, 1));
        assertCounts("second", 1, 0);

        fixture.createQueue(deadLetters);

        await().atMost(PATIENCE).until(() -> fixture.size(input) == 0);
        assertThat(bodies(deadLetters)).containsExactly("no event");
        assertThat(bodies(output)).containsExactly(event("sent before the step fails"));
        await().atMost(PATIENCE).untilAsserted(() -> assertCounts("second", 1, 1));
        assertCounts("dedup", 1, 1);
        assertThat(gate("second")).isZero();
    }

    @Test
    void aMessageThatFailsAsAWholeGoesToTheDeadLetterQueueOfItsOrganisation() throws IOException {
        fixture.with("dedup.max-attempts", "1");
        start("- throwException: {exceptionType: java.io.IOException, message: no}", "");

        send(input, event("fails above the split"));

        await().atMost(PATIENCE).until(() -> fixture.size(deadLetters) == 1);
        assertThat(bodies(deadLetters)).containsExactly(event("fails above the split"));
        assertThat(fixture.size(fixture.deadLetters)).isZero();
    }

    @Test
    void anOutputQueueThatIsMissingStopsOneUntilItIsThere() throws IOException {
        fixture.deleteQueue(output);
        start("", "");

        send(input, event("waits"));
        await().atMost(PATIENCE).until(() -> gate("second") == 1);
        fixture.send(event("goes on"));

        await().atMost(PATIENCE).until(() -> fixture.size(fixture.output) == 1);
        assertThat(gate("dedup")).isZero();
        assertThat(gate("second")).isEqualTo(1);
        fixture.createQueue(output);
        await().atMost(PATIENCE).until(() -> fixture.size(output) == 1);
        await().atMost(PATIENCE).until(() -> gate("second") == 0);
    }

    /** The second organisation's route is the shipped one with these steps. */
    private void start(String aboveTheSplit, String belowTheSend) throws IOException {
        Path one = Files.createDirectory(directory.resolve("one"));
        EditedRoute edited = EditedRoute.shipped();
        if (!aboveTheSplit.isEmpty()) {
            edited.aboveTheSplit(aboveTheSplit);
        }
        if (!belowTheSend.isEmpty()) {
            edited.belowTheSend(belowTheSend);
        }
        edited.in(one);
        String second = Files.readString(one.resolve("dedup.camel.yaml"))
                .replaceFirst("id: \"?dedup\"?", "id: second")
                .replace(
                        "{{dedup.input-queue}}",
                        "%s?outputQueue=%s&deadLetterQueue=%s&keyPrefix=second/".formatted(input, output, deadLetters))
                .replace("{{dedup.output-queue}}", output)
                .replace("{{dedup.dead-letter-queue}}", deadLetters);
        fixture.startReplica(EditedRoute.shipped().with(second).in(directory));
    }

    private void assertCounts(String pipeline, int forwarded, int letters) {
        assertThat(count(pipeline, "forwarded")).isEqualTo(forwarded);
        assertThat(count(pipeline, "dead_letter")).isEqualTo(letters);
    }

    private int count(String pipeline, String outcome) {
        return (int) Scrape.of(port)
                .sum("dedup_events_total", "pipeline=\"" + pipeline + "\"", "outcome=\"" + outcome + "\"")
                .orElseThrow();
    }

    private int gate(String pipeline) {
        return (int) Scrape.of(port)
                .sum("dedup_gate_closed", "pipeline=\"" + pipeline + "\"")
                .orElse(-1);
    }

    private List<String> bodies(String queue) {
        return fixture.drain(queue).stream().map(Message::body).toList();
    }

    private void send(String queue, String body) {
        fixture.sqs()
                .sendMessage(message -> message.queueUrl(fixture.url(queue)).messageBody(body));
    }
}
