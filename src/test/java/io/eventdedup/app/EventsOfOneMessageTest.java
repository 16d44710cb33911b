package io.eventdedup.app;

import static io.eventdedup.app.Ends.event;
import static io.eventdedup.app.Ends.message;
import static org.assertj.core.api.Assertions.assertThat;

import io.eventdedup.app.Ends.Ended;
import io.eventdedup.local.EmbeddedAws;
import io.eventdedup.local.EmbeddedAwsExtension;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.sqs.model.Message;

/**
 * A message may hold several events, and each of them ends once, whatever becomes of the others and however often the message is
 * delivered.
 */
@ExtendWith(EmbeddedAwsExtension.class)
@Execution(ExecutionMode.CONCURRENT)
class EventsOfOneMessageTest {

    private static final String BAD_ONES_FAIL = """
            - filter:
                simple: "${bodyAs(String)} contains 'bad'"
                steps:
                  - throwException: {exceptionType: java.lang.IllegalStateException, message: "cannot be done"}
            """;
    private static final String UNWANTED_ONES_STOP = """
            - filter: {simple: "${bodyAs(String)} contains 'unwanted'", steps: [{stop: {}}]}
            """;

    @TempDir
    Path directory;

    private RouteFixture fixture;
    private Ends ends;

    @BeforeEach
    void createQueuesAndTable(EmbeddedAws aws) {
        fixture = new RouteFixture(aws).with("dedup.max-attempts", "2");
        ends = new Ends(fixture);
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void anEventThatFailsBeforeItHasAKeyIsDeadLetteredAndTheOthersAreForwarded() {
        fixture.startReplica(EditedRoute.shipped().aboveTheKeys(BAD_ONES_FAIL).in(directory));
        fixture.send(message("a", "bad", "c"));

        ends.await(() -> assertThat(fixture.size(fixture.input)).isZero());
        assertThat(ends.now()).isEqualTo(new Ended(List.of("a", "c"), List.of("bad")));
        assertThat(ends.reasons()).containsExactly("ATTEMPTS_EXHAUSTED");
    }

    @Test
    void theFirstEventOfAMessageThatFailsBeforeItHasAKeyIsDeadLetteredWithoutTheOthers() {
        fixture.startReplica(EditedRoute.shipped().aboveTheKeys(BAD_ONES_FAIL).in(directory));
        fixture.send(message("bad", "b", "c"));

        ends.await(() -> assertThat(fixture.size(fixture.input)).isZero());
        assertThat(ends.now()).isEqualTo(new Ended(List.of("b", "c"), List.of("bad")));
    }

    @Test
    void anEventWhoseStepBeforeItsKeyThrowsAnErrorIsDeadLetteredAndTheOthersAreForwarded() {
        String throwsAnError = """
                - filter:
                    simple: "${bodyAs(String)} contains 'bad'"
                    steps: [{process: {ref: "#class:%s"}}]
                """.formatted(MissingLibrary.class.getName());
        fixture.startReplica(EditedRoute.shipped().aboveTheKeys(throwsAnError).in(directory));
        fixture.send(message("a", "b", "bad"));

        ends.await(() -> assertThat(fixture.size(fixture.input)).isZero());
        assertThat(ends.now()).isEqualTo(new Ended(List.of("a", "b"), List.of("bad")));
    }

    @Test
    void anEventThatFailsOnceBeforeItHasAKeyIsForwardedAtTheNextDelivery() {
        fixture.startReplica(EditedRoute.shipped().aboveTheKeys("""
                        - filter:
                            simple: "${bodyAs(String)} contains 'flaky' && ${header.CamelAwsSqsAttributes[ApproximateReceiveCount]} == 1"
                            steps:
                              - throwException: {exceptionType: java.lang.IllegalStateException, message: "not now"}
                        """).in(directory));
        fixture.send(message("a", "flaky", "c"));

        ends.await(() -> assertThat(fixture.size(fixture.input)).isZero());
        assertThat(ends.now()).isEqualTo(new Ended(List.of("a", "c", "flaky"), List.of()));
    }

    @Test
    void anEventThatAlwaysFailsAndStandsTwiceInAMessageIsDeadLetteredTwice() {
        fixture.startReplica(EditedRoute.shipped().aboveTheSend(BAD_ONES_FAIL).in(directory));
        fixture.send(message("bad", "bad"));

        ends.await(() -> assertThat(fixture.size(fixture.input)).isZero());
        assertThat(ends.now()).isEqualTo(new Ended(List.of(), List.of("bad", "bad")));
    }

    @Test
    void twoEventsThatAlwaysFailAreDeadLetteredOnceEachThoughOneHasFailedBefore() {
        putFailedRow(Ends.keyOf("bad-1"), 1);
        fixture.startReplica(EditedRoute.shipped().aboveTheSend(BAD_ONES_FAIL).in(directory));
        fixture.send(message("bad-1", "bad-2"));

        ends.await(() -> assertThat(ends.now()).isEqualTo(new Ended(List.of(), List.of("bad-1", "bad-2"))));
        ends.await(() -> assertThat(fixture.size(fixture.input)).isZero());
        assertThat(ends.now()).isEqualTo(new Ended(List.of(), List.of("bad-1", "bad-2")));
        assertThat(ends.reasons()).containsExactly("ATTEMPTS_EXHAUSTED");
        // a dead letter that is sent back is a new event
        for (Message letter : ends.deadLetters()) {
            String key = letter.messageAttributes().get("dedupKey").stringValue();
            ends.await(() -> assertThat(row(key)).isEmpty());
        }
    }

    @Test
    void anExhaustedEventThatWaitsForAnotherOneIsStillExhaustedInTheNextProcess() {
        putFailedRow(Ends.keyOf("bad-1"), 1);
        String route = EditedRoute.shipped().aboveTheSend(BAD_ONES_FAIL).in(directory);
        DedupApplication first = fixture.startReplica(route);
        fixture.send(message("bad-1", "bad-2"));
        ends.await(() -> assertThat(Counted.events(first, "returned")).isPositive());
        first.close();

        fixture.startReplica(route);

        ends.await(() -> assertThat(ends.now()).isEqualTo(new Ended(List.of(), List.of("bad-1", "bad-2"))));
        ends.await(() -> assertThat(fixture.size(fixture.input)).isZero());
        assertThat(ends.now()).isEqualTo(new Ended(List.of(), List.of("bad-1", "bad-2")));
    }

    @Test
    void whatADeliverySettledIsNotDoneAgainAtTheNextThoughItsWindowIsOver() {
        DedupApplication replica = fixture.with("dedup.window", "1s")
                .startReplica(EditedRoute.shipped()
                        .aboveTheSend(UNWANTED_ONES_STOP + BAD_ONES_FAIL)
                        .in(directory));
        fixture.send(message("a", "unwanted", "bad", "a"));

        ends.await(() -> assertThat(fixture.size(fixture.input)).isZero());
        assertThat(ends.now()).isEqualTo(new Ended(List.of("a"), List.of("bad")));
        assertThat(Counted.events(replica))
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("forwarded", 1L, "duplicate", 1L, "filtered", 1L, "returned", 1L, "dead_letter", 1L));
    }

    @Test
    void anEventThatAStepTakesOutBeforeItHasAKeyIsCountedAsFiltered() {
        DedupApplication replica = fixture.startReplica(
                EditedRoute.shipped().aboveTheKeys(UNWANTED_ONES_STOP).in(directory));
        fixture.send(message("a", "unwanted", "c"));

        ends.await(() -> assertThat(fixture.size(fixture.input)).isZero());
        assertThat(ends.now()).isEqualTo(new Ended(List.of("a", "c"), List.of()));
        assertThat(Counted.events(replica)).containsExactlyInAnyOrderEntriesOf(Map.of("forwarded", 2L, "filtered", 1L));
    }

    @Test
    void aMessageThatAStepTakesOutBeforeItsSplitIsCountedAsFiltered() {
        DedupApplication replica = fixture.startReplica(
                EditedRoute.shipped().aboveTheSplit(UNWANTED_ONES_STOP).in(directory));
        fixture.send(event("a"));
        fixture.send(event("unwanted"));

        ends.await(() -> assertThat(fixture.size(fixture.input)).isZero());
        assertThat(ends.now()).isEqualTo(new Ended(List.of("a"), List.of()));
        assertThat(Counted.events(replica)).containsExactlyInAnyOrderEntriesOf(Map.of("forwarded", 1L, "filtered", 1L));
    }

    @Test
    void aMessageThatAFilterAroundItsSplitKeepsOutIsCountedAsFiltered() {
        DedupApplication replica = fixture.startReplica(EditedRoute.shipped()
                .splitOnlyIf("${bodyAs(String)} !contains 'unwanted'")
                .in(directory));
        fixture.send(event("a"));
        fixture.send(event("unwanted"));

        ends.await(() -> assertThat(fixture.size(fixture.input)).isZero());
        assertThat(ends.now()).isEqualTo(new Ended(List.of("a"), List.of()));
        assertThat(Counted.events(replica)).containsExactlyInAnyOrderEntriesOf(Map.of("forwarded", 1L, "filtered", 1L));
    }

    /** What a step throws whose library was left out. */
    public static final class MissingLibrary implements Processor {

        @Override
        public void process(Exchange exchange) {
            throw new NoClassDefFoundError("org/example/Missing");
        }
    }

    /** The row of an event on which work has failed so often. */
    private void putFailedRow(String key, int attempts) {
        fixture.dynamoDb().putItem(put -> put.tableName(fixture.table)
                .item(Map.of(
                        "eventHash", AttributeValue.fromS(key),
                        "status", AttributeValue.fromS("FREE"),
                        "owner", AttributeValue.fromS("an earlier delivery"),
                        "attempts", AttributeValue.fromN(Integer.toString(attempts)),
                        "expiration",
                                AttributeValue.fromN(Long.toString(
                                        Instant.now().plusSeconds(3600).getEpochSecond())))));
    }

    private Map<String, AttributeValue> row(String key) {
        return fixture.dynamoDb()
                .getItem(get -> get.tableName(fixture.table)
                        .key(Map.of("eventHash", AttributeValue.fromS(key)))
                        .consistentRead(true))
                .item();
    }
}
