package io.eventdedup.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.eventdedup.event.Outcome;
import io.eventdedup.local.Balance;
import io.eventdedup.local.EmbeddedAws;
import io.eventdedup.local.EmbeddedAwsExtension;
import io.eventdedup.route.Monitor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.sqs.model.Message;

/** {@code dedup.mode=observe}: the whole route, on real queues and a real table. */
@ExtendWith(EmbeddedAwsExtension.class)
@Execution(ExecutionMode.CONCURRENT)
class ObserveTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String SENDING =
            "                    - to:\n                        uri: dedup-sqs:{{dedup.output-queue}}";
    private static final String FAILS_FOR_BAD_ONES = """
                    - filter:
                        simple: "${body} contains 'bad'"
                        steps:
                          - throwException: {exceptionType: java.lang.IllegalStateException, message: refused}
""";

    @TempDir
    Path directory;

    private RouteFixture fixture;

    @BeforeEach
    void createQueuesAndTable(EmbeddedAws aws) {
        fixture = new RouteFixture(aws);
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void everythingIsForwardedCopiesAreMarkedAndCountedAndLeaveTheRowOfTheirOriginalAlone() throws IOException {
        String output = fixture.output + ".fifo";
        fixture.createQueue(output);
        fixture.with("dedup.output-queue", output)
                .with("dedup.max-attempts", "2")
                .with("dedup.cache-size", "0");
        DedupApplication dropping = fixture.startReplica();
        fixture.send(event("good", "1"));
        Message original = received(output, 1).get(0);
        assertThat(original.messageAttributes()).doesNotContainKey("dedupCopy");
        String key = original.messageAttributes().get("dedupKey").stringValue();
        Map<String, AttributeValue> written = settledRow(key);
        dropping.close();
        // DynamoDB Local leaves out zeros at the end of a number that is written once more
        fixture.dynamoDb().putItem(put -> put.tableName(fixture.table).item(written));
        Map<String, AttributeValue> row = row(key);

        Monitor outcomes =
                RouteTest.outcomes(fixture.with("dedup.mode", "observe").startReplica(routeWith(FAILS_FOR_BAD_ONES)));
        // two of them in one message, and one of its own; SQS itself remembers the original for five minutes
        fixture.send("[" + event("good", "1") + "," + event("good", "1") + "]");
        fixture.send(event("good", "1"));
        assertThat(received(output, 3)).allSatisfy(copy -> {
            assertThat(copy.body()).isEqualTo(event("good", "1"));
            assertThat(copy.messageAttributes().get("dedupCopy").stringValue()).isEqualTo("true");
            assertThat(copy.messageAttributes().get("dedupKey").stringValue()).isEqualTo(key);
        });

        // a copy whose step fails, and an event of the same message that is not sent again with it
        fixture.send("[" + event("good", "2") + "," + event("bad", "1") + "]");
        Message letter = received(fixture.deadLetters, 1).get(0);
        assertThat(letter.messageAttributes().get("dedupReason").stringValue()).isEqualTo("ATTEMPTS_EXHAUSTED");
        assertThat(letter.messageAttributes().get("dedupReceiveCount").stringValue())
                .isEqualTo("2");

        // a copy of what another process works on is none yet
        putRowInProgress(key);
        fixture.send(event("good", "1"));
        await().atMost(PATIENCE).until(() -> outcomes.total(Outcome.RETURNED) > 1);
        fixture.dynamoDb().putItem(put -> put.tableName(fixture.table).item(row));
        await().atMost(PATIENCE).until(() -> fixture.size(fixture.input) == 0);

        assertThat(row(key)).isEqualTo(row);
        assertThat(fixture.drain(output)).hasSize(2);
        assertThat(new Balance(
                        6,
                        outcomes.total(Outcome.FORWARDED),
                        outcomes.total(Outcome.DUPLICATE),
                        outcomes.total(Outcome.OBSERVED_COPY),
                        outcomes.total(Outcome.FILTERED),
                        outcomes.total(Outcome.DEAD_LETTER),
                        0))
                .isEqualTo(new Balance(6, 1, 0, 4, 0, 1, 0))
                .matches(Balance::holds);
    }

    private String routeWith(String step) throws IOException {
        String route = Files.readString(Path.of("routes/dedup.camel.yaml"));
        assertThat(route).contains(SENDING);
        Path file = directory.resolve("dedup.camel.yaml");
        Files.writeString(file, route.replace(SENDING, step + SENDING));
        return "file:" + file;
    }

    private void putRowInProgress(String key) {
        Map<String, AttributeValue> row = new HashMap<>(row(key));
        row.put("status", AttributeValue.fromS("IN_PROGRESS"));
        row.put("owner", AttributeValue.fromS("another process"));
        row.put(
                "leaseUntil",
                AttributeValue.fromN(Long.toString(Instant.now().plusSeconds(60).toEpochMilli())));
        fixture.dynamoDb().putItem(put -> put.tableName(fixture.table).item(row));
    }

    private static String event(String id, String number) {
        return "{\"detail-type\":\"test.event\",\"id\":\"" + id + "\",\"detail\":{\"n\":\"" + number + "\"}}";
    }

    /** The row once it is completed on its own: a lone event confirms its row. */
    private Map<String, AttributeValue> settledRow(String key) {
        await().atMost(PATIENCE).until(() -> row(key).get("status").s().equals("COMPLETED"));
        return row(key);
    }

    private Map<String, AttributeValue> row(String key) {
        return fixture.dynamoDb()
                .getItem(get -> get.tableName(fixture.table)
                        .key(Map.of("eventHash", AttributeValue.fromS(key)))
                        .consistentRead(true))
                .item();
    }

    private List<Message> received(String queue, int count) {
        List<Message> messages = new ArrayList<>();
        await().atMost(PATIENCE).until(() -> {
            messages.addAll(fixture.drain(queue));
            return messages.size() >= count && fixture.size(fixture.input) == 0;
        });
        assertThat(messages).hasSize(count);
        return messages;
    }
}
