package io.eventdedup.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.eventdedup.local.EmbeddedAws;
import io.eventdedup.local.EmbeddedAwsExtension;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;

/** The local run with {@code -Dkeep}, while its files are edited. It runs in a process and a directory of its own. */
@ExtendWith(EmbeddedAwsExtension.class)
class HotReloadTest {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final String FIRST_OWN_STEP =
            "                    - to:\n                        uri: dedup-sqs:{{dedup.output-queue}}";

    @TempDir
    Path directory;

    private Path routes;
    private RouteProcess process;
    private SqsClient sqs;
    private int sent;

    @BeforeEach
    void start(EmbeddedAws aws) throws IOException {
        routes = Files.createDirectory(directory.resolve("routes"));
        for (String file : List.of("dedup.camel.yaml", "event-keys.yaml")) {
            Files.copy(Path.of("routes", file), routes.resolve(file));
        }
        int port = EmbeddedAws.freePort();
        process = RouteProcess.keptLocalRun(aws, directory, Map.of("TEST_LOG_LEVEL", "WARN"), 10, port);
        sqs = EmbeddedAws.sqsClient(URI.create("http://127.0.0.1:" + port));
    }

    @AfterEach
    void stop() {
        sqs.close();
        process.close();
    }

    @Test
    void whatIsAddedToTheRouteAndToTheRulesTakesEffect() throws IOException {
        assertThat(forwarded()).doesNotContain("changed");

        Path route = routes.resolve("dedup.camel.yaml");
        Files.writeString(
                route,
                Files.readString(route)
                        .replace(
                                FIRST_OWN_STEP,
                                "                    - setBody: {constant: changed}\n" + FIRST_OWN_STEP));
        await().atMost(PATIENCE).until(() -> forwarded().contains("changed"));

        // a mistake is told, and the route before it goes on until it is corrected
        String working = Files.readString(route);
        Files.writeString(route, working.replace("- split:", "- spilt:"));
        await().atMost(PATIENCE).until(() -> process.output().contains("Unknown node id: spilt"));
        assertThat(forwarded()).contains("changed");
        Files.writeString(route, working.replace("changed", "corrected"));
        await().atMost(PATIENCE).until(() -> forwarded().contains("corrected"));

        // all events are one event from now on
        Files.writeString(routes.resolve("event-keys.yaml"), "- match: \"*\"\n  key: [/detail/kind]\n");
        await().atMost(PATIENCE).until(() -> forwarded().isEmpty());
        assertThat(process.isAlive()).isTrue();
    }

    @Test
    void whatFailedForEveryEventPassesWhenTheRouteIsCorrected() throws IOException {
        forwarded();
        Path route = routes.resolve("dedup.camel.yaml");
        String working = Files.readString(route);
        Files.writeString(
                route,
                working.replace(
                        FIRST_OWN_STEP,
                        "                    - setBody: {simple: \"${mandatoryBodyAs(int)}\", id: wrong}\n"
                                + FIRST_OWN_STEP));
        int first = sent;
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(500)).until(() -> {
            send();
            return process.output().contains("step wrong is unavailable");
        });

        Files.writeString(route, working);

        await().atMost(PATIENCE).until(this::isInputEmpty);
        assertThat(received()).hasSize(sent - first);
    }

    private void send() {
        String event = "{\"detail-type\":\"test.event\",\"detail\":{\"kind\":\"k\",\"n\":%d}}".formatted(sent++);
        sqs.sendMessage(message -> message.queueUrl(url("GenesysEvents")).messageBody(event));
    }

    /** Sends two new events and returns the bodies of those that come out. */
    private List<String> forwarded() {
        send();
        send();
        await().atMost(PATIENCE).until(this::isInputEmpty);
        return received();
    }

    private List<String> received() {
        List<String> bodies = new ArrayList<>();
        List<Message> messages;
        do {
            messages = sqs.receiveMessage(receive ->
                            receive.queueUrl(url("GenesysProcessedEvents")).maxNumberOfMessages(10))
                    .messages();
            messages.forEach(message -> bodies.add(message.body()));
            messages.forEach(message -> sqs.deleteMessage(
                    delete -> delete.queueUrl(url("GenesysProcessedEvents")).receiptHandle(message.receiptHandle())));
        } while (!messages.isEmpty());
        return bodies;
    }

    private boolean isInputEmpty() {
        return sqs
                .getQueueAttributes(request -> request.queueUrl(url("GenesysEvents"))
                        .attributeNamesWithStrings(
                                "ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"))
                .attributesAsStrings()
                .values()
                .stream()
                .allMatch("0"::equals);
    }

    private String url(String queue) {
        return sqs.getQueueUrl(request -> request.queueName(queue)).queueUrl();
    }
}
