package io.eventdedup.app;

import static io.eventdedup.app.Ends.event;
import static org.assertj.core.api.Assertions.assertThat;

import io.eventdedup.app.Ends.Ended;
import io.eventdedup.local.EmbeddedAws;
import io.eventdedup.local.EmbeddedAwsExtension;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The options of Camel's idempotentConsumer on the route's own one. */
@ExtendWith(EmbeddedAwsExtension.class)
@Execution(ExecutionMode.CONCURRENT)
class IdempotentConsumerOptionsTest {

    private static final String BAD_ONES_FAIL = """
            - filter:
                simple: "${body} contains 'bad'"
                steps:
                  - throwException: {exceptionType: java.lang.IllegalStateException, message: "no"}
            """;

    /** As users of skipDuplicate write it. */
    private static final String DUPLICATES_GO_ELSEWHERE = """
            - filter:
                simple: "${exchangeProperty.CamelDuplicateMessage}"
                steps: [{to: "mock:duplicates"}, {stop: {}}]
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

    private void sendAndAwait(DedupApplication replica, String name, Map<String, Long> counted) {
        fixture.send(event(name));
        ends.await(() -> assertThat(fixture.size(fixture.input)).isZero());
        ends.await(() -> assertThat(Counted.events(replica)).isEqualTo(counted));
    }

    @ParameterizedTest
    @ValueSource(strings = {"removeOnFailure: false", "completionEager: true", "eager: true"})
    void anEventIsForwardedOnceAndDeadLetteredAfterItsAttempts(String option) {
        DedupApplication replica = fixture.startReplica(EditedRoute.shipped()
                .withOption(option)
                .aboveTheSend(BAD_ONES_FAIL)
                .in(directory));
        sendAndAwait(replica, "a", Map.of("forwarded", 1L));
        sendAndAwait(replica, "a", Map.of("forwarded", 1L, "duplicate", 1L));
        sendAndAwait(replica, "bad", Map.of("forwarded", 1L, "duplicate", 1L, "returned", 1L, "dead_letter", 1L));

        assertThat(ends.now()).isEqualTo(new Ended(List.of("a"), List.of("bad")));
        assertThat(ends.reasons()).containsExactly("ATTEMPTS_EXHAUSTED");
    }

    @Test
    void duplicatesThatAreNotSkippedGoWhereAStepSendsThem() {
        DedupApplication replica = fixture.startReplica(EditedRoute.shipped()
                .withOption("skipDuplicate: false")
                .aboveTheSend(DUPLICATES_GO_ELSEWHERE)
                .in(directory));
        sendAndAwait(replica, "a", Map.of("forwarded", 1L));
        sendAndAwait(replica, "a", Map.of("forwarded", 1L, "duplicate", 1L));

        assertThat(ends.now()).isEqualTo(new Ended(List.of("a"), List.of()));
    }

    @Test
    void aDuplicateThatIsNotSkippedAndFailsLeavesTheKeyOfItsOriginal() {
        DedupApplication replica = fixture.startReplica(EditedRoute.shipped()
                .withOption("skipDuplicate: false")
                .aboveTheSend("""
                        - filter:
                            simple: "${exchangeProperty.CamelDuplicateMessage}"
                            steps: [{throwException: {exceptionType: java.lang.IllegalStateException, message: "no"}}]
                        """)
                .in(directory));
        sendAndAwait(replica, "a", Map.of("forwarded", 1L));
        sendAndAwait(replica, "a", Map.of("forwarded", 1L, "returned", 1L, "dead_letter", 1L));
        sendAndAwait(replica, "a", Map.of("forwarded", 1L, "returned", 2L, "dead_letter", 2L));

        assertThat(ends.now()).isEqualTo(new Ended(List.of("a"), List.of("a", "a")));
    }

    @Test
    void aDuplicateThatIsNotSkippedAndNotFilteredIsForwardedToo() {
        DedupApplication replica = fixture.startReplica(
                EditedRoute.shipped().withOption("skipDuplicate: false").in(directory));
        sendAndAwait(replica, "a", Map.of("forwarded", 1L));
        sendAndAwait(replica, "a", Map.of("forwarded", 2L));

        assertThat(ends.now()).isEqualTo(new Ended(List.of("a", "a"), List.of()));
    }
}
