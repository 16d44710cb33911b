package io.eventdedup.app;

import static io.eventdedup.app.Ends.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.eventdedup.local.EmbeddedAws;
import io.eventdedup.local.EmbeddedAwsExtension;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What an operator sees of two pipelines in one process, one of which has a step that becomes unavailable. */
@ExtendWith(EmbeddedAwsExtension.class)
class SeveralPipelinesTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** Its step {@code audit} needs a queue that is not there at first. */
    private static final String SECOND = """
            - route:
                id: second
                routeConfigurationId: dedup
                from:
                  uri: "dedup-sqs:{in}?outputQueue={out}&deadLetterQueue={dlq}&keyPrefix=second"
                  steps:
                    - split:
                        expression: {method: {ref: dedupEvents}}
                        steps:
                          - process: {ref: dedupKeys}
                          - idempotentConsumer:
                              idempotentRepository: dedupRepository
                              expression: {exchangeProperty: {expression: dedupKey}}
                              steps:
                                - to: {id: audit, uri: "dedup-sqs:{audit}"}
                                - to: {uri: "dedup-sqs:{out}"}
                    - split:
                        expression: {method: {ref: dedupDeadLetters}}
                        steps:
                          - to: {uri: "dedup-sqs:{dlq}"}
            """;

    @TempDir
    Path directory;

    private int port;
    private String audit;
    private String secondInput;
    private RouteFixture fixture;
    private DedupApplication replica;

    @BeforeEach
    void start(EmbeddedAws aws) {
        port = EmbeddedAws.freePort();
        fixture = new RouteFixture(aws).with("dedup.http.port", Integer.toString(port));
        audit = fixture.output + "-audit";
        secondInput = fixture.input + "-2";
        Stream.of(fixture.input, fixture.output, fixture.deadLetters)
                .forEach(queue -> fixture.createQueue(queue + "-2"));
        replica = fixture.startReplica(EditedRoute.shipped()
                .with(SECOND.replace("{in}", secondInput)
                        .replace("{out}", fixture.output + "-2")
                        .replace("{dlq}", fixture.deadLetters + "-2")
                        .replace("{audit}", audit))
                .in(directory));
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void anUnavailableStepIsShownInItsPipelineUntilItIsAvailable() {
        assertThat(metric("dedup_step_unavailable", "second", "step=\"any\"")).hasValue(0);
        assertThat(metric("dedup_step_unavailable", "dedup", "step=\"any\"")).hasValue(0);
        assertThat(metric("dedup_step_unavailable", "second", "step=\"audit\"")).isEmpty();
        assertThat(json("state").get("pipelines").findValuesAsText("id")).containsExactlyInAnyOrder("dedup", "second");
        assertThat(pipeline("second").get("stop").isNull()).isTrue();
        assertThat(pipeline("second").get("unavailable")).isEmpty();

        for (int i = 0; i < 8; i++) {
            send(secondInput, event("event-" + i));
        }
        await().atMost(PATIENCE).until(() -> !pipeline("second").get("stop").isNull());

        JsonNode stopped = pipeline("second");
        assertThat(stopped.at("/stop/reason").asText()).contains("step audit is unavailable (");
        assertThat(stopped.at("/stop/since").asLong()).isPositive();
        assertThat(stopped.at("/unavailable/0/step").asText()).isEqualTo("audit");
        assertThat(stopped.at("/unavailable/0/since").asLong())
                .isPositive()
                .isLessThan(stopped.at("/unavailable/0/nextTrial").asLong());
        await().atMost(PATIENCE).until(() -> pipeline("second").get("waiting").asInt() > 0);
        assertThat(metric("dedup_step_unavailable", "second", "step=\"audit\"")).hasValue(1);
        assertThat(metric("dedup_step_unavailable", "second", "step=\"any\"")).hasValue(1);
        assertThat(metric("dedup_gate_closed", "second")).hasValue(1);
        assertThat(json("state").get("problem").asText()).startsWith("route second: ");
        assertThat(readiness().getState()).isEqualTo(HealthCheck.State.DOWN);
        assertThat(readiness().getMessage()).hasValueSatisfying(message -> assertThat(message)
                .startsWith("Polling is stopped: route second: ")
                .contains("step audit is unavailable"));

        assertTheOtherPipelineGoesOn();

        fixture.createQueue(audit);
        await().atMost(PATIENCE).until(() -> fixture.size(fixture.output + "-2") == 8);
        await().atMost(PATIENCE).until(() -> readiness().getState() == HealthCheck.State.UP);
        assertThat(pipeline("second").get("stop").isNull()).isTrue();
        assertThat(pipeline("second").get("unavailable")).isEmpty();
        assertThat(metric("dedup_step_unavailable", "second", "step=\"audit\"")).hasValue(0);
        assertThat(metric("dedup_step_unavailable", "second", "step=\"any\"")).hasValue(0);
        assertThat(metric("dedup_gate_closed", "second")).hasValue(0);
        assertThat(metric("dedup_events_total", "second", "outcome=\"forwarded\""))
                .hasValue(8);
    }

    private void assertTheOtherPipelineGoesOn() {
        fixture.send(event("event-0"));
        await().atMost(PATIENCE).until(() -> fixture.size(fixture.output) == 1);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(metric("dedup_events_total", "dedup", "outcome=\"forwarded\""))
                        .hasValue(1));
        assertThat(metric("dedup_events_total", "second", "outcome=\"forwarded\""))
                .hasValue(0);
        assertThat(metric("dedup_gate_closed", "dedup")).hasValue(0);
        assertThat(metric("dedup_step_unavailable", "dedup", "step=\"any\"")).hasValue(0);
        assertThat(pipeline("dedup").get("stop").isNull()).isTrue();
        List<JsonNode> seen = json("rules").get("rules").findParents("rule").stream()
                .filter(rule -> rule.at("/figures/forwarded").asInt() > 0)
                .toList();
        assertThat(seen).singleElement().satisfies(rule -> {
            assertThat(rule.get("pipeline").asText()).isEqualTo("dedup");
            assertThat(rule.get("rule").asText()).isEqualTo("*");
        });
    }

    private OptionalDouble metric(String name, String pipeline, String... labels) {
        return Scrape.of(port)
                .sum(
                        name,
                        Stream.concat(Stream.of("pipeline=\"" + pipeline + "\""), Stream.of(labels))
                                .toArray(String[]::new));
    }

    private HealthCheck.Result readiness() {
        return HealthCheckRegistry.get(replica.camelContext())
                .getCheck("gate")
                .orElseThrow()
                .call();
    }

    private JsonNode pipeline(String id) {
        for (JsonNode pipeline : json("state").get("pipelines")) {
            if (pipeline.get("id").asText().equals(id)) {
                return pipeline;
            }
        }
        throw new AssertionError("no pipeline " + id);
    }

    private JsonNode json(String name) {
        try {
            HttpResponse<String> answer = HTTP.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/dedup/api/" + name))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            return new ObjectMapper().readTree(answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private void send(String queue, String body) {
        fixture.sqs()
                .sendMessage(message -> message.queueUrl(fixture.url(queue)).messageBody(body));
    }
}
