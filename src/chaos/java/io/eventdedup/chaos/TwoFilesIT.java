package io.eventdedup.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.eventdedup.app.RouteFixture;
import io.eventdedup.app.RouteProcess;
import io.eventdedup.local.EmbeddedAws;
import io.eventdedup.local.EmbeddedAwsExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two route files in one process. Each part is there once, whatever the number of files, so an outage ends for all that
 * polls.
 */
@ExtendWith(EmbeddedAwsExtension.class)
class TwoFilesIT {

    private static final Duration OUTAGE = Duration.ofSeconds(10);

    /** A claim may take 6 s before it fails, and polling goes on meanwhile. */
    private static final Duration STOPPED = Duration.ofSeconds(3);
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final String ANOTHER_ROUTE = """
            - route:
                id: another
                from:
                  uri: direct:another
                  steps:
                    - split:
                        expression: {method: {ref: dedupEvents}}
                        steps:
                          - idempotentConsumer:
                              idempotentRepository: dedupRepository
                              expression: {header: {expression: id}}
                              steps:
                                - to: {uri: "dedup-sqs:{{dedup.output-queue}}"}
            """;

    @TempDir
    Path directory;

    private final List<String> forwarded = new ArrayList<>();
    private int sent;

    @Test
    void pollingResumesAfterEachOutageAndEveryPartIsThereOnce(EmbeddedAws aws) throws Exception {
        Path routes = Files.createDirectory(directory.resolve("routes"));
        Files.copy(Path.of("routes/dedup.camel.yaml"), routes.resolve("dedup.camel.yaml"));
        Files.writeString(routes.resolve("another.camel.yaml"), ANOTHER_ROUTE);
        try (FaultProxy dynamoDb = new FaultProxy(aws.dynamoDbEndpoint(), 1);
                FaultProxy sqs = new FaultProxy(aws.sqsEndpoint(), 2);
                RouteFixture fixture = new RouteFixture(aws);
                RouteProcess process = RouteProcess.start(aws, directory, environment(fixture, sqs, dynamoDb))) {
            forwardsAnEvent(fixture, process);

            dynamoDb.goDown();
            send(fixture);
            Thread.sleep(OUTAGE.toMillis());
            assertThat(fixture.size(fixture.output)).as("forwarded without a claim").isZero();
            Instant back = Instant.now();
            dynamoDb.comeUp();
            assertThatPollingResumed(process, sqs, back);
            forwardsAnEvent(fixture, process);

            fixture.deleteQueue(fixture.output);
            send(fixture);
            Thread.sleep(OUTAGE.toMillis());
            back = Instant.now();
            fixture.createQueue(fixture.output);
            assertThatPollingResumed(process, sqs, back);
            forwardsAnEvent(fixture, process);

            assertThat(forwarded).hasSize(sent).doesNotHaveDuplicates();
            assertThat(fixture.size(fixture.deadLetters)).isZero();
            assertThat(RouteProcess.instances(process.pid()))
                    .containsEntry("io.eventdedup.sqs.Gate", 1L)
                    .containsEntry("io.eventdedup.sqs.SqsCalls", 1L)
                    .containsEntry("io.eventdedup.route.EventRepository", 1L);
        }
    }

    private static Map<String, String> environment(RouteFixture fixture, FaultProxy sqs, FaultProxy dynamoDb) {
        Map<String, String> environment = ReplicaProcess.environment(fixture);
        environment.put("AWS_ENDPOINT_URL_SQS", sqs.endpoint().toString());
        environment.put("AWS_ENDPOINT_URL_DYNAMODB", dynamoDb.endpoint().toString());
        return environment;
    }

    /** Polling is a receive that is not refused; while it is stopped there is none. */
    private static void assertThatPollingResumed(RouteProcess process, FaultProxy sqs, Instant back) {
        await().pollInterval(Duration.ofMillis(100))
                .atMost(Form.RESUMES_WITHIN)
                .until(() -> sqs.calls().stream()
                        .anyMatch(call -> call.is("ReceiveMessage") && call.at().isAfter(back)));
        assertThat(sqs.calls())
                .as(() -> "receives during the last seconds of the outage, until " + back + "\n" + process.output())
                .noneMatch(call -> call.is("ReceiveMessage")
                        && call.at().isAfter(back.minus(STOPPED))
                        && call.at().isBefore(back));
    }

    /** One more event, and all that were sent before, are forwarded. */
    private void forwardsAnEvent(RouteFixture fixture, RouteProcess process) {
        send(fixture);
        await().atMost(PATIENCE)
                .until(() -> !process.isAlive() || fixture.size(fixture.input) == 0 && fixture.size(fixture.output) > 0);
        assertThat(process.isAlive()).as(process.output()).isTrue();
        fixture.drain(fixture.output).forEach(message -> forwarded.add(message.body()));
    }

    private void send(RouteFixture fixture) {
        fixture.send("{\"detail-type\":\"test.event\",\"detail\":{\"n\":" + sent++ + "}}");
    }
}
