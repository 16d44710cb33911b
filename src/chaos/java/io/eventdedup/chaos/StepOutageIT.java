package io.eventdedup.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.eventdedup.app.Counted;
import io.eventdedup.app.DedupApplication;
import io.eventdedup.app.EditedRoute;
import io.eventdedup.app.Ends;
import io.eventdedup.app.RouteFixture;
import io.eventdedup.chaos.FlakyService.Trouble;
import io.eventdedup.local.LogLines;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A service that the user's own route calls is unavailable for a while under load: no event is dead-lettered, each arrives once
 * afterwards, and meanwhile the service is hardly called.
 */
@ExtendWith(ChaosExtension.class)
@Execution(ExecutionMode.CONCURRENT)
class StepOutageIT {

    private static final Duration OUTAGE = Duration.ofSeconds(Form.choose(10, 150));
    private static final Duration DRAINED_WITHIN = Duration.ofSeconds(Form.choose(60, 30));
    private static final int EVENTS = Form.choose(60, 400);
    private static final int WORKERS = 8;

    /** Steps that lead to the service, and what the messages of the route between need. */
    private static final Map<String, String> ROUTES = Map.of(
            "itself", "- to: 'SERVICE'",
            "direct", "- to: 'direct:service'",
            "seda", "- to: 'seda:service?concurrentConsumers=8'");

    private static final String ROUTE_BETWEEN = """
            - route: {errorHandler: {noErrorHandler: {}}, from: {uri: "WAY:service", steps: [{to: {uri: "SERVICE"}}]}}
            """;

    @TempDir
    Path directory;

    private FlakyService service;
    private RouteFixture fixture;
    private Ends ends;

    @BeforeEach
    void createQueuesAndTable(ProxiedRoute route) throws IOException {
        service = new FlakyService();
        fixture = route.fixture.with("dedup.workers", Integer.toString(WORKERS)).with("dedup.pollers", "1");
        ends = new Ends(fixture);
    }

    @AfterEach
    void stop() {
        fixture.close();
        service.close();
    }

    private String routes(String way) {
        EditedRoute route = EditedRoute.shipped()
                .insteadOfTheSend(ROUTES.get(way).replace("SERVICE", service.uri()));
        return (way.equals("itself") ? route : route.with(between(way))).in(directory);
    }

    private String between(String way) {
        String from = way.equals("seda") ? "seda:service?concurrentConsumers=8" : way + ":service";
        return ROUTE_BETWEEN.replace("WAY:service", from).replace("SERVICE", service.uri());
    }

    private static String name(int event) {
        return "event-%04d".formatted(event);
    }

    private void send(int from, int to) {
        IntStream.range(from, to).forEach(event -> fixture.send(Ends.event(name(event))));
    }

    private List<String> events() {
        return IntStream.range(0, EVENTS)
                .mapToObj(event -> Ends.event(name(event)))
                .toList();
    }

    @ParameterizedTest
    @CsvSource({
        "itself, ANSWERS_503",
        "itself, REFUSES_CONNECTIONS",
        "itself, HANGS",
        "direct, ANSWERS_503",
        "seda, ANSWERS_503"
    })
    void anOutageOfTheServiceThatTakesTheEventsCostsNothingButTime(String way, Trouble trouble) throws Exception {
        DedupApplication replica = fixture.startReplica(routes(way));
        send(0, EVENTS / 2);
        await().atMost(Duration.ofSeconds(60)).until(() -> !service.taken().isEmpty());
        try (LogLines log = new LogLines(io.eventdedup.sqs.Gate.class, Level.INFO)) {
            long begin = System.nanoTime();
            service.becomeUnavailable(trouble);
            send(EVENTS / 2, EVENTS);
            Thread.sleep(OUTAGE.toMillis());
            int calls = service.callsInTrouble();
            // after 1, 3, 7, 15 and so on seconds, then every ten, and the first one at once
            int trials = 6 + (int) Duration.ofNanos(System.nanoTime() - begin).toSeconds() / 10;
            service.becomeAvailable();

            await().atMost(DRAINED_WITHIN).untilAsserted(() -> assertThat(fixture.size(fixture.input))
                    .as("left in the input")
                    .isZero());
            assertThat(service.taken()).containsExactlyInAnyOrderElementsOf(events());
            assertThat(ends.now().deadLettered()).isEmpty();
            assertThat(Counted.events(replica, "forwarded")).isEqualTo(EVENTS);
            assertThat(Counted.events(replica, "filtered")).isZero();
            assertThat(calls)
                    .as("calls while it was unavailable")
                    .isLessThanOrEqualTo(WORKERS + trials);
            assertThat(log.messages().stream().filter(line -> line.contains(fixture.input)))
                    .as("one line when polling stops, one when it resumes")
                    .hasSizeLessThanOrEqualTo(2);
        }
    }

    @Test
    void aBranchThatIsUnavailableHoldsUpNobodyElse() throws Exception {
        DedupApplication replica = fixture.startReplica(EditedRoute.shipped()
                .insteadOfTheSend("""
                        - choice:
                            when:
                              - simple: "${body} contains '-needs'"
                                steps: [{to: {uri: "SERVICE"}}]
                            otherwise:
                              steps: [{to: {uri: "dedup-sqs:{{dedup.output-queue}}"}}]
                        """.replace("SERVICE", service.uri()))
                .in(directory));
        service.becomeUnavailable(Trouble.ANSWERS_503);
        IntStream.range(0, 20).forEach(event -> fixture.send(Ends.event("needs-" + event).replace("needs-", "-needs-")));
        List<String> others = IntStream.range(0, 30).mapToObj(event -> "other-%02d".formatted(event)).toList();
        for (String other : others) {
            fixture.send(Ends.event(other));
            Thread.sleep(100);
        }

        ends.await(() -> assertThat(ends.now().forwarded()).isEqualTo(others));
        assertThat(service.taken()).isEmpty();
        service.becomeAvailable();

        await().atMost(DRAINED_WITHIN).untilAsserted(() -> assertThat(service.taken()).hasSize(20));
        assertThat(service.taken()).doesNotHaveDuplicates();
        assertThat(ends.now().deadLettered()).isEmpty();
        await().atMost(DRAINED_WITHIN).until(() -> fixture.size(fixture.input) == 0);
        assertThat(Counted.isGateClosed(replica)).isFalse();
    }

    @Test
    void poisonEventsAreDeadLetteredAndStopNoPolling() throws Exception {
        fixture.with("dedup.max-attempts", "2");
        fixture.startReplica(EditedRoute.shipped()
                .aboveTheSend("""
                        - filter:
                            simple: "${body} contains 'poison'"
                            steps: [{throwException: {exceptionType: java.lang.IllegalStateException, message: no}}]
                        """)
                .in(directory));
        try (LogLines log = new LogLines(io.eventdedup.sqs.Gate.class, Level.INFO)) {
            for (int event = 0; event < 10 * EVENTS; event++) {
                fixture.send(Ends.event((event % 20 == 0 ? "poison-%04d" : "event-%04d").formatted(event)));
            }

            await().atMost(Duration.ofSeconds(120)).until(() -> fixture.size(fixture.input) == 0);
            assertThat(ends.now().deadLettered())
                    .hasSize(EVENTS / 2)
                    .allMatch(name -> name.startsWith("poison"))
                    .doesNotHaveDuplicates();
            assertThat(ends.now().forwarded()).hasSize(10 * EVENTS - EVENTS / 2).doesNotHaveDuplicates();
            assertThat(log.messages()).noneMatch(line -> line.contains(fixture.input));
        }
    }
}
