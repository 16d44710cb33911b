package io.eventdedup.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.eventdedup.local.EmbeddedAws;
import io.eventdedup.local.EmbeddedAwsExtension;
import io.eventdedup.local.LogLines;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** A rule that is too coarse, and copies that are copies, through the real route. */
@ExtendWith(EmbeddedAwsExtension.class)
class CopiesTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String COARSE = "v2.detail.events.conversation.{id}.user.end";
    private static final String RULE = "rule=\"" + COARSE + "\"";

    /** In every value that must not be seen anywhere. */
    private static final String MARKER = "marker4711";

    private static final List<String> OTHERS = List.of(
            "10-detail-acw.json",
            "15-metrics-tTalkComplete.json",
            "20-audit-UserPresence.json",
            "f1-lambda-interaction.routing.update.json");

    private RouteFixture fixture;
    private DedupApplication replica;
    private int port;

    @BeforeEach
    void start(EmbeddedAws aws, @TempDir Path directory) throws IOException {
        String shipped = Files.readString(Path.of("routes/event-keys.yaml")).replace("    - " + COARSE + "\n", "");
        Path rules = Files.writeString(
                directory.resolve("event-keys.yaml"),
                "- match: " + COARSE + "\n  key: [/detail/eventBody/conversationId]\n" + shipped);
        port = EmbeddedAws.freePort();
        fixture = new RouteFixture(aws)
                .with("dedup.keys", rules.toString())
                .with("dedup.http.port", Integer.toString(port));
        replica = fixture.startReplica();
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    private static String event(String sample, Consumer<ObjectNode> change) throws IOException {
        ObjectNode event = (ObjectNode)
                JSON.readTree(Path.of("src/test/resources/samples", sample).toFile());
        change.accept(event);
        return event.toString();
    }

    private static ObjectNode body(ObjectNode event) {
        return (ObjectNode) event.at("/detail/eventBody");
    }

    private static String userEnd(Consumer<ObjectNode> change) throws IOException {
        return event("08-detail-user.end.json", event -> {
            body(event).put("ani", MARKER + "ani").put("share", 0.5);
            change.accept(event);
        });
    }

    /** As Genesys publishes it again. */
    private static void publishAgain(ObjectNode event) {
        event.put("id", MARKER).put("time", "2026-03-10T09:25:49Z").put("replay-name", MARKER);
        ObjectNode detail = (ObjectNode) event.get("detail");
        if (detail.has("event-id")) {
            detail.put("event-id", MARKER);
        } else {
            detail.put("timestamp", "2026-03-10T09:25:49.004Z");
            detail.putObject("metadata").put("CorrelationId", MARKER);
            // another order
            ObjectNode body = body(event);
            String first = body.fieldNames().next();
            body.set(first, body.remove(first));
        }
    }

    private double copies(String content, String... labels) {
        List<String> all = new ArrayList<>(List.of(labels));
        all.add("content=\"" + content + "\"");
        return Scrape.of(port)
                .sum("dedup_copies_total", all.toArray(String[]::new))
                .orElseThrow();
    }

    @Test
    void differencesAreCountedAndNamedAndTrueCopiesAreNone() throws IOException {
        try (LogLines log = LogLines.ofPackage("io.eventdedup", Level.DEBUG);
                LogLines others = LogLines.ofEverything(Level.WARN)) {
            List<String> originals = new ArrayList<>(List.of(userEnd(event -> {})));
            for (String other : OTHERS) {
                originals.add(event(other, event -> {}));
            }
            originals.forEach(fixture::send);
            await().atMost(PATIENCE).until(() -> fixture.size(fixture.output) == originals.size());
            await().atMost(PATIENCE).until(() -> fixture.size(fixture.input) == 0);

            sendCopies();
            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(copies("differs")).isEqualTo(2);
                assertThat(copies("same")).isEqualTo(OTHERS.size() + 1);
            });
            assertCounted();
            awaitWarnings(log, 1);

            // the same again, found in the table
            replica.close();
            replica = fixture.startReplica();
            sendCopies();
            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(copies("differs")).isEqualTo(2);
                assertThat(copies("same")).isEqualTo(OTHERS.size() + 1);
            });
            assertCounted();
            assertThat(Scrape.of(port).sum("dedup_copy_gap_seconds_count", RULE))
                    .hasValue(3);

            awaitWarnings(log, 2);
            assertThat(String.join("\n", log.messages())).doesNotContain(MARKER);
            assertThat(String.join("\n", others.messages())).doesNotContain(MARKER);
        }
        assertThat(Scrape.of(port).series().keySet().toString()).doesNotContain(MARKER);
        assertThat(table()).contains("content").doesNotContain(MARKER);
        assertThat(fixture.size(fixture.output)).isEqualTo(OTHERS.size() + 1);
    }

    /** One of each process, the copies that differ beside it in lines of their own. */
    private static void awaitWarnings(LogLines log, int processes) {
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(log.messages().stream().filter(line -> line.contains("from what was forwarded")))
                    .hasSize(processes)
                    .allMatch(line -> line.matches("Rule " + Pattern.quote(COARSE)
                            + ": . cop(y differs|ies differ) from what was forwarded, in /detail/eventBody/.*"));
            assertThat(log.messages().stream()
                            .filter(line -> line.contains(" duplicate differs in [/detail/eventBody/")))
                    .hasSize(2 * processes);
        });
    }

    private void sendCopies() throws IOException {
        fixture.send(userEnd(event -> body(event).put("disconnectType", MARKER).put("userId", MARKER)));
        fixture.send(userEnd(event -> {
            publishAgain(event);
            body(event).put("userId", MARKER + "2").putArray("new").add(MARKER).add(MARKER + "3");
        }));
        fixture.send(userEnd(CopiesTest::publishAgain).replace("0.5", "0.50"));
        for (String other : OTHERS) {
            fixture.send(event(other, CopiesTest::publishAgain));
        }
    }

    private void assertCounted() {
        assertThat(copies("differs", RULE)).isEqualTo(2);
        assertThat(copies("same", RULE)).isEqualTo(1);
        assertThat(copies("unknown")).isZero();
        assertThat(Scrape.of(port).series().entrySet().stream()
                        .filter(series -> series.getKey().startsWith("dedup_copies_difference_total{"))
                        .filter(series -> series.getValue() > 0)
                        .collect(Collectors.toMap(
                                series -> series.getKey().replaceAll(".*field=\"(.*?)\".*", "$1"),
                                series -> series.getValue())))
                .containsOnly(
                        Map.entry("/detail/eventBody/disconnectType", 1.0),
                        Map.entry("/detail/eventBody/userId", 2.0),
                        Map.entry("/detail/eventBody/new/*", 1.0));
    }

    /** Everything in it, as text. */
    private String table() {
        StringBuilder text = new StringBuilder();
        fixture.dynamoDb()
                .scan(scan -> scan.tableName(fixture.table))
                .items()
                .forEach(item -> item.forEach((name, value) ->
                        text.append(name).append('=').append(text(value)).append('\n')));
        return text.toString();
    }

    private static String text(AttributeValue value) {
        return value.b() == null ? value.toString() : value.b().asString(StandardCharsets.ISO_8859_1);
    }
}
