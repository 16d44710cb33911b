package io.eventdedup.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventdedup.app.Ends.Ended;
import io.eventdedup.local.EmbeddedAws;
import io.eventdedup.local.EmbeddedAwsExtension;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * A window that is shorter than a lease ends when it says. The events come several at a time, so that their claims share
 * requests.
 */
@ExtendWith(EmbeddedAwsExtension.class)
@Execution(ExecutionMode.CONCURRENT)
class ShortWindowTest {

    /** The table counts whole seconds, rounded up. */
    private static final Duration BEYOND_THE_WINDOW = Duration.ofMillis(3_500);

    private static final List<String> EVENTS =
            IntStream.range(0, 8).mapToObj(i -> "event-" + i).toList();

    private RouteFixture fixture;
    private Ends ends;

    @BeforeEach
    void createQueuesAndTable(EmbeddedAws aws) {
        fixture = new RouteFixture(aws).with("dedup.window", "2s").with("dedup.lease", "10s");
        ends = new Ends(fixture);
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void eventsThatComeAgainAfterTheirWindowAreForwardedAgain() throws Exception {
        sendAll();
        fixture.startReplica();
        ends.await(() -> assertThat(fixture.size(fixture.input)).isZero());
        assertThat(ends.now()).isEqualTo(new Ended(EVENTS, List.of()));

        Thread.sleep(BEYOND_THE_WINDOW.toMillis());
        sendAll();

        ends.await(() -> assertThat(fixture.size(fixture.input)).isZero());
        assertThat(ends.now()).isEqualTo(new Ended(twice(EVENTS), List.of()));
    }

    @Test
    void anotherProcessForwardsThemAgainAfterTheirWindow() throws Exception {
        sendAll();
        fixture.startReplica();
        ends.await(() -> assertThat(fixture.size(fixture.input)).isZero());
        String input = fixture.input + "-2";
        fixture.createQueue(input);
        fixture.with("dedup.input-queue", input).with("dedup.cache-size", "0").startReplica();

        Thread.sleep(BEYOND_THE_WINDOW.toMillis());
        sendAllTo(input);

        ends.await(() -> assertThat(fixture.size(input)).isZero());
        assertThat(ends.now()).isEqualTo(new Ended(twice(EVENTS), List.of()));
    }

    @Test
    void eventsThatFailedBeforeAreRememberedNoLongerThanTheirWindow() throws Exception {
        EVENTS.forEach(this::putFailedRow);
        sendAll();
        fixture.startReplica();
        ends.await(() -> assertThat(fixture.size(fixture.input)).isZero());
        assertThat(ends.now()).isEqualTo(new Ended(EVENTS, List.of()));

        Thread.sleep(BEYOND_THE_WINDOW.toMillis());
        sendAll();

        ends.await(() -> assertThat(fixture.size(fixture.input)).isZero());
        assertThat(ends.now()).isEqualTo(new Ended(twice(EVENTS), List.of()));
    }

    private void sendAll() {
        sendAllTo(fixture.input);
    }

    private void sendAllTo(String queue) {
        String url = fixture.url(queue);
        EVENTS.forEach(
                name -> fixture.sqs().sendMessage(send -> send.queueUrl(url).messageBody(Ends.event(name))));
    }

    private void putFailedRow(String name) {
        fixture.dynamoDb().putItem(put -> put.tableName(fixture.table)
                .item(Map.of(
                        "eventHash", AttributeValue.fromS(Ends.keyOf(name)),
                        "status", AttributeValue.fromS("FREE"),
                        "owner", AttributeValue.fromS("an earlier delivery"),
                        "attempts", AttributeValue.fromN("1"),
                        "expiration",
                                AttributeValue.fromN(Long.toString(
                                        Instant.now().plusSeconds(3600).getEpochSecond())))));
    }

    private static List<String> twice(List<String> names) {
        return names.stream().flatMap(name -> Stream.of(name, name)).toList();
    }
}
