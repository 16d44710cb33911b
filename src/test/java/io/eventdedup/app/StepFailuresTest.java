package io.eventdedup.app;

import static io.eventdedup.app.Ends.event;
import static org.assertj.core.api.Assertions.assertThat;

import io.eventdedup.app.Ends.Ended;
import io.eventdedup.local.EmbeddedAws;
import io.eventdedup.local.EmbeddedAwsExtension;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** What counts as a failed attempt of a user's step, and what does not. */
@ExtendWith(EmbeddedAwsExtension.class)
@Execution(ExecutionMode.CONCURRENT)
class StepFailuresTest {

    /** The route's own queues are there. */
    private static final String SENDS_TO_A_MISSING_QUEUE = "{to: \"dedup-sqs:not-there\"}";

    /** Fails at the first delivery that a replica sees of a message that was received once before. */
    private static final String FAILS_AT_THE_SECOND_DELIVERY = """
            - filter:
                simple: "${header.CamelAwsSqsAttributes[ApproximateReceiveCount]} == 2"
                steps:
                  - throwException: {exceptionType: java.lang.IllegalStateException, message: "not now"}
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
    void aMissingQueueOfAStepFailsTheEventsThatNeedItAndStopsNoPolling() {
        DedupApplication replica = fixture.startReplica(EditedRoute.shipped()
                .aboveTheSend("- filter: {simple: \"${body} contains 'bad'\", steps: [%s]}"
                        .formatted(SENDS_TO_A_MISSING_QUEUE))
                .in(directory));
        fixture.send(event("bad"));
        fixture.send(event("a"));

        assertThatPollingGoesOnUntilTheInputIsEmpty(replica);
        assertThat(ends.now()).isEqualTo(new Ended(List.of("a"), List.of("bad")));
        assertThat(ends.reasons()).containsExactly("ATTEMPTS_EXHAUSTED");
    }

    @Test
    void aMissingQueueOfAStepBelowTheSendStopsNoPolling() {
        DedupApplication replica = fixture.startReplica(EditedRoute.shipped()
                .belowTheSend("- " + SENDS_TO_A_MISSING_QUEUE)
                .in(directory));
        fixture.send(event("a"));

        assertThatPollingGoesOnUntilTheInputIsEmpty(replica);
        assertThat(ends.now()).isEqualTo(new Ended(List.of("a"), List.of()));
        assertThat(Counted.events(replica)).isEqualTo(Map.of("forwarded", 1L));
    }

    @Test
    void aSideCopyThatCannotBeSentDoesNotAffectTheEvent() {
        DedupApplication replica = startWithSideCopy("errorHandler: {noErrorHandler: {}}");
        fixture.send(event("a"));

        assertThatPollingGoesOnUntilTheInputIsEmpty(replica);
        assertThat(ends.now()).isEqualTo(new Ended(List.of("a"), List.of()));
        assertThat(Counted.events(replica)).isEqualTo(Map.of("forwarded", 1L));
    }

    @Test
    void aSideCopyThatCannotBeSentStopsNoPollingWhoeverHandlesItsFailure() {
        DedupApplication replica = startWithSideCopy("routeConfigurationId: dedup");
        fixture.send(event("a"));

        assertThatPollingGoesOnUntilTheInputIsEmpty(replica);
        assertThat(ends.now()).isIn(new Ended(List.of("a"), List.of()), new Ended(List.of(), List.of("a")));
    }

    /** A stop lasts for a second at least. */
    private void assertThatPollingGoesOnUntilTheInputIsEmpty(DedupApplication replica) {
        AtomicBoolean stopped = new AtomicBoolean();
        ends.await(() -> {
            stopped.compareAndSet(false, Counted.isGateClosed(replica));
            assertThat(List.of(stopped.get(), fixture.size(fixture.input) == 0))
                    .as("polling was stopped, the input is empty")
                    .containsExactly(false, true);
        });
    }

    private DedupApplication startWithSideCopy(String failures) {
        return fixture.startReplica(EditedRoute.shipped()
                .aboveTheSend("- wireTap: {uri: \"direct:side\"}")
                .with("- route: {id: side, %s, from: {uri: \"direct:side\", steps: [%s]}}"
                        .formatted(failures, SENDS_TO_A_MISSING_QUEUE))
                .in(directory));
    }

    @Test
    void anObservedCopyIsNotExhaustedByADeliveryAtWhichItDidNotFail() {
        fixture.dynamoDb().putItem(put -> put.tableName(fixture.table)
                .item(Map.of(
                        "eventHash", AttributeValue.fromS(Ends.keyOf("a")),
                        "expiration",
                                AttributeValue.fromN(Long.toString(
                                        Instant.now().plusSeconds(3600).getEpochSecond())))));
        fixture.send(event("a"));
        receiveAndGiveBack();
        DedupApplication replica = fixture.with("dedup.mode", "observe")
                .startReplica(EditedRoute.shipped()
                        .aboveTheSend(FAILS_AT_THE_SECOND_DELIVERY)
                        .in(directory));

        ends.await(() -> assertThat(fixture.size(fixture.input)).isZero());
        assertThat(ends.now()).isEqualTo(new Ended(List.of("a"), List.of()));
        assertThat(Counted.events(replica))
                .containsExactlyInAnyOrderEntriesOf(Map.of("returned", 1L, "observed_copy", 1L));
    }

    @Test
    void anEventWithoutAKeyIsNotExhaustedByADeliveryAtWhichItDidNotFail() {
        fixture.send(event("a"));
        receiveAndGiveBack();
        DedupApplication replica = fixture.startReplica(
                EditedRoute.shipped().aboveTheKeys(FAILS_AT_THE_SECOND_DELIVERY).in(directory));

        ends.await(() -> assertThat(fixture.size(fixture.input)).isZero());
        assertThat(ends.now()).isEqualTo(new Ended(List.of("a"), List.of()));
        assertThat(Counted.events(replica)).containsExactlyInAnyOrderEntriesOf(Map.of("returned", 1L, "forwarded", 1L));
    }

    /** As a process does that is stopped before it begins with the message. */
    private void receiveAndGiveBack() {
        ends.await(() -> assertThat(fixture.sqs()
                        .receiveMessage(receive ->
                                receive.queueUrl(fixture.url(fixture.input)).visibilityTimeout(0))
                        .messages())
                .hasSize(1));
    }
}
