package io.eventdedup.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventdedup.dynamodb.ClaimTable;
import io.eventdedup.local.EmbeddedAws;
import io.eventdedup.local.EmbeddedAwsExtension;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** {@code key --forget} and {@code key --lookup}, on the table of the default settings. */
@ExtendWith(EmbeddedAwsExtension.class)
class KeyForgetTest {

    private static final String TABLE = "GenesysEventDedup";
    private static final String HASH = "0123456789abcdef".repeat(4);
    private static final String SHOWN = "01234567 in " + TABLE + ": ";

    @TempDir
    Path directory;

    private DynamoDbClient dynamoDb;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Optional<UnaryOperator<String>> terminal = Optional.empty();

    @BeforeEach
    void createTable(EmbeddedAws aws) {
        EmbeddedAws.useAsDefaultOfTheSdk(aws.sqsEndpoint(), aws.dynamoDbEndpoint());
        dynamoDb = aws.dynamoDbClient();
        new ClaimTable(dynamoDb, TABLE).createIfMissing();
    }

    @AfterEach
    void empty() {
        delete(HASH);
        dynamoDb.close();
    }

    @Test
    void itShowsTheRowAndForgetsItOnlyIfOneAgrees() {
        put(HASH, Map.of("status", AttributeValue.fromS("COMPLETED"), "owner", AttributeValue.fromS("o")));

        for (String answer : new String[] {"", "n", null}) {
            out.getBuffer().setLength(0);
            terminal = Optional.of(question -> answer);
            assertThat(run("--forget", HASH)).isOne();
            assertThat(out.toString().lines())
                    .hasSize(2)
                    .first()
                    .asString()
                    .startsWith(SHOWN + "completed, remembered");
            assertThat(out.toString().lines()).last().isEqualTo("Nothing was changed.");
            assertThat(isThere()).isTrue();
        }

        terminal = Optional.of(question -> "y");
        assertThat(run("--forget", HASH)).isZero();
        assertThat(out.toString()).contains("Forgotten: the next event with this key is forwarded");
        assertThat(isThere()).isFalse();

        assertThat(run("--forget", HASH)).isZero();
        assertThat(out.toString().lines()).last().isEqualTo("There is nothing to forget.");
    }

    @Test
    void withoutATerminalItNeedsYes() {
        put(HASH, Map.of("status", AttributeValue.fromS("COMPLETED")));

        assertThat(run("--forget", HASH)).isEqualTo(2);
        assertThat(err.toString().lines()).singleElement().asString().contains("there is no terminal; add --yes");
        assertThat(isThere()).isTrue();

        assertThat(run("--forget", "--yes", HASH)).isZero();
        assertThat(isThere()).isFalse();
    }

    @Test
    void aKeyInProgressIsNotForgotten() {
        put(HASH, inProgress());

        assertThat(run("--forget", "--yes", HASH)).isOne();

        assertThat(out.toString()).contains("Not forgotten: a delivery is working on the event");
        assertThat(isThere()).isTrue();
    }

    @Test
    void aClaimThatIsMadeWhileTheQuestionIsAskedIsKept() {
        put(HASH, Map.of("status", AttributeValue.fromS("FREE"), "attempts", AttributeValue.fromN("2")));
        terminal = Optional.of(question -> {
            put(HASH, inProgress());
            return "yes";
        });

        assertThat(run("--forget", HASH)).isOne();

        assertThat(out.toString()).contains("failed 2 times", "Not forgotten");
        assertThat(isThere()).isTrue();
    }

    @Test
    void aKeyThatIsCompletedInItsGroupIsForgotten() {
        Map<String, AttributeValue> row = new HashMap<>(inProgress());
        row.put("group", AttributeValue.fromS("forget-test"));
        put(HASH, row);
        put("group/forget-test", Map.of("done", AttributeValue.fromSs(List.of("another"))));
        assertThat(run("--forget", "--yes", HASH)).isOne();

        put("group/forget-test", Map.of("done", AttributeValue.fromSs(List.of("another", "o"))));
        assertThat(run("--forget", "--yes", HASH)).isZero();

        assertThat(isThere()).isFalse();
        delete("group/forget-test");
    }

    @Test
    void anEventsFileStandsForItsKey() throws IOException {
        Path event =
                Files.writeString(directory.resolve("e.json"), "{\"detail-type\":\"t\",\"detail\":{\"forget\":1}}");
        assertThat(run("--lookup", event.toString())).isZero();
        String hash = out.toString()
                .lines()
                .filter(line -> line.startsWith("hash "))
                .map(line -> line.replaceAll("^hash\\s+", ""))
                .findFirst()
                .orElseThrow();
        put(hash, Map.of("status", AttributeValue.fromS("COMPLETED")));

        out.getBuffer().setLength(0);
        assertThat(run("--lookup", hash)).isZero();
        assertThat(out.toString().lines())
                .singleElement()
                .asString()
                .startsWith(hash.substring(0, 8) + " in " + TABLE + ": completed, ");

        assertThat(run("--forget", "--yes", event.toString())).isZero();
        out.getBuffer().setLength(0);
        assertThat(run("--lookup", hash)).isZero();
        assertThat(out.toString()).contains("not in the table: not seen");
    }

    private static Map<String, AttributeValue> inProgress() {
        return Map.of(
                "status", AttributeValue.fromS("IN_PROGRESS"),
                "owner", AttributeValue.fromS("o"),
                "leaseUntil",
                        AttributeValue.fromN(
                                Long.toString(Instant.now().plusSeconds(60).toEpochMilli())));
    }

    private void put(String key, Map<String, AttributeValue> attributes) {
        Map<String, AttributeValue> item = new HashMap<>(attributes);
        item.put("eventHash", AttributeValue.fromS(key));
        item.put(
                "expiration",
                AttributeValue.fromN(
                        Long.toString(Instant.now().plusSeconds(300).getEpochSecond())));
        dynamoDb.putItem(put -> put.tableName(TABLE).item(item));
    }

    private void delete(String key) {
        dynamoDb.deleteItem(delete -> delete.tableName(TABLE).key(Map.of("eventHash", AttributeValue.fromS(key))));
    }

    private boolean isThere() {
        return dynamoDb.getItem(get -> get.tableName(TABLE)
                        .key(Map.of("eventHash", AttributeValue.fromS(HASH)))
                        .consistentRead(true))
                .hasItem();
    }

    private int run(String... arguments) {
        return new CommandLine(new KeyCommand(new ByteArrayInputStream(new byte[0]), terminal))
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}
