package io.eventdedup.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventdedup.dynamodb.ClaimTable;
import io.eventdedup.local.EmbeddedAws;
import io.eventdedup.local.EmbeddedAwsExtension;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Was this event seen? */
@ExtendWith(EmbeddedAwsExtension.class)
class KeyLookupTest {

    private static final Instant NOW = Instant.parse("2099-03-01T12:00:00Z");
    private static final Duration LEASE = Duration.ofSeconds(20);

    @TempDir
    Path directory;

    private RouteFixture fixture;
    private ClaimTable table;

    @BeforeEach
    void createTable(EmbeddedAws aws) {
        fixture = new RouteFixture(aws);
        table = new ClaimTable(fixture.dynamoDb(), fixture.table);
    }

    private String describe(String key) {
        return new KeyLookup(LEASE, Clock.fixed(NOW, ZoneOffset.UTC)).describe(table.find(key));
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void aKeyWithoutARowWasNotSeen() {
        assertThat(describe("k")).isEqualTo("not in the table: not seen, or no longer remembered");
    }

    @Test
    void anExpiredRowIsForgotten() {
        put(Map.of(), NOW.minusSeconds(5));

        assertThat(describe("k")).isEqualTo("seen, but its window ended at 2099-03-01T11:59:55Z");
    }

    @Test
    void aClaimShowsSinceWhenAndUntilWhen() {
        put(inProgressUntil(NOW.plusSeconds(5)), NOW.plusSeconds(300));

        assertThat(describe("k"))
                .isEqualTo("in progress, claimed or renewed at 2099-03-01T11:59:45Z,"
                        + " until 2099-03-01T12:00:05Z unless renewed");
    }

    @Test
    void aClaimWhoseOwnerDiedMayBeTakenOver() {
        put(inProgressUntil(NOW.minusSeconds(1)), NOW.plusSeconds(300));

        assertThat(describe("k"))
                .endsWith("but its lease ended at 2099-03-01T11:59:59Z: the next delivery may take it over");
    }

    @Test
    void aFinishedKeyShowsSinceWhenAndUntilWhen() {
        put(
                Map.of(
                        "status", AttributeValue.fromS("COMPLETED"),
                        "owner", AttributeValue.fromS("o"),
                        "processedAt", AttributeValue.fromN((NOW.getEpochSecond() - 60) + ".250")),
                NOW.plusSeconds(240));

        assertThat(describe("k")).isEqualTo("completed at 2099-03-01T11:59:00Z, remembered until 2099-03-01T12:04:00Z");
    }

    @Test
    void aRowOfTheLambdaIsCalledSo() {
        put(Map.of(), NOW.plusSeconds(240));

        assertThat(describe("k")).isEqualTo("completed, written by the Lambda, remembered until 2099-03-01T12:04:00Z");
    }

    @Test
    void aFailedKeyShowsThatItIsFreeAndHowOftenItFailed() {
        put(
                Map.of("status", AttributeValue.fromS("FREE"), "attempts", AttributeValue.fromN("1")),
                NOW.plusSeconds(240));
        assertThat(describe("k")).isEqualTo("failed once, waiting for the next attempt");

        put(
                Map.of("status", AttributeValue.fromS("FREE"), "attempts", AttributeValue.fromN("3")),
                NOW.plusSeconds(240));
        assertThat(describe("k")).isEqualTo("failed 3 times, waiting for the next attempt");
    }

    @Test
    void theCommandTakesOneFile() throws IOException {
        Path event = Files.writeString(directory.resolve("a.json"), "{\"detail-type\":\"t\",\"detail\":{\"n\":1}}");
        StringWriter error = new StringWriter();
        CommandLine command = EventDedup.commandLine().setErr(new PrintWriter(error, true));

        int exitCode = command.execute("key", "--lookup", event.toString(), event.toString());

        assertThat(exitCode).isEqualTo(2);
        assertThat(error).hasToString("--lookup and --forget take one FILE or HASH" + System.lineSeparator());
    }

    private static Map<String, AttributeValue> inProgressUntil(Instant leaseUntil) {
        return Map.of(
                "status", AttributeValue.fromS("IN_PROGRESS"),
                "owner", AttributeValue.fromS("o"),
                "leaseUntil", AttributeValue.fromN(Long.toString(leaseUntil.toEpochMilli())));
    }

    private void put(Map<String, AttributeValue> attributes, Instant expiration) {
        Map<String, AttributeValue> item = new HashMap<>(attributes);
        item.put("eventHash", AttributeValue.fromS("k"));
        item.put("expiration", AttributeValue.fromN(Long.toString(expiration.getEpochSecond())));
        fixture.dynamoDb().putItem(put -> put.tableName(fixture.table).item(item));
    }
}
