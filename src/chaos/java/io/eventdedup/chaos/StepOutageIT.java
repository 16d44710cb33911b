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
import io.eventdedup.local.Balance;
import io.eventdedup.local.LogLines;
import io.eventdedup.route.DedupParts;
import io.eventdedup.sqs.Gate;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.sqs.model.Message;

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

    /** Of the events in a FIFO queue. */
    private static final int GROUPS = 20;

    /** Steps that lead to the service, and what the messages of the route between need. */
    private static final Map<String, String> ROUTES = Map.of(
            "itself", "- to: 'SERVICE'",
            "direct", "- to: 'direct:service'",
            "seda", "- to: 'seda:service?concurrentConsumers=8'");

    private static final String ROUTE_BETWEEN = """
            - route: {errorHandler: {noErrorHandler: {}}, from: {uri: "WAY:service", steps: [{to: {uri: "SERVICE"}}]}}
            """;

    private static final String DATABASE = """
            - beans:
                - name: database
                  type: org.h2.jdbcx.JdbcDataSource
                  properties:
                    url: "jdbc:h2:mem:NAME;DB_CLOSE_DELAY=-1;INIT=create table if not exists events (id varchar primary key, body varchar)"
                - name: flaky
                  type: CLASS
            """;

    private static final String INSERT = """
            - setBody: {simple: "insert into events values ('${exchangeProperty.dedupKey}', '${body}')"}
            - to: 'jdbc:database?connectionStrategy=#flaky'
            """;

    /**
     * What takes the events.
     *
     * @param calls how often it was called while it was unavailable
     * @param taken the bodies of the events that it took
     */
    private record Target(String trouble, Runnable fail, Runnable recover, IntSupplier calls, Supplier<List<String>> taken) {}

    @TempDir
    Path directory;

    private ProxiedRoute proxied;
    private Report report;
    private FlakyService service;
    private RouteFixture fixture;
    private Ends ends;

    @BeforeEach
    void createQueuesAndTable(ProxiedRoute route, Report table) throws IOException {
        proxied = route;
        report = table;
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

    private String input() {
        return fixture.settings().get("dedup.input-queue");
    }

    private void send(int from, int to) {
        String url = fixture.url(input());
        for (int event = from; event < to; event++) {
            String name = name(event);
            String group = input().endsWith(".fifo") ? "group-" + event % GROUPS : null;
            fixture.sqs().sendMessage(message -> message.queueUrl(url)
                    .messageBody(Ends.event(name))
                    .messageGroupId(group)
                    .messageDeduplicationId(group == null ? null : name));
        }
    }

    private List<String> events() {
        return IntStream.range(0, EVENTS)
                .mapToObj(event -> Ends.event(name(event)))
                .toList();
    }

    private Target service(Trouble trouble) {
        return new Target(
                "HTTP service " + trouble,
                () -> service.becomeUnavailable(trouble),
                service::becomeAvailable,
                service::callsInTrouble,
                service::taken);
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
        outlive(way, service(trouble), fixture.startReplica(routes(way)));
    }

    @Test
    void twoReplicasTryTheServiceEach() throws Exception {
        String routes = routes("itself");
        outlive(
                "two replicas",
                service(Trouble.ANSWERS_503),
                fixture.startReplica(routes),
                fixture.startReplica(routes));
    }

    /** Another replica that polls freely would take it, and this one would never learn that the service is available. */
    @Test
    void whatWaitsForTheServiceIsTriedWithoutBeingVisibleToOtherReplicas() throws Exception {
        DedupApplication replica = fixture.startReplica(routes("itself"));
        service.becomeUnavailable(Trouble.ANSWERS_503);
        send(0, 4);
        await().atMost(Duration.ofSeconds(60))
                .until(() -> DedupParts.of(replica.camelContext()).monitor().orElseThrow().pipelines().get(0).waiting()
                        == 4);
        int calls = service.callsInTrouble();

        assertThat(fixture.sqs()
                        .receiveMessage(request ->
                                request.queueUrl(fixture.url(input())).waitTimeSeconds(12))
                        .messages())
                .isEmpty();
        assertThat(service.callsInTrouble()).isGreaterThan(calls);
        service.becomeAvailable();

        await().atMost(DRAINED_WITHIN).until(() -> service.taken().size() == 4 && !Counted.isGateClosed(replica));
        assertThat(ends.now().deadLettered()).isEmpty();
    }

    @Test
    void fifoQueuesKeepTheOrderWithinTheirGroups() throws Exception {
        String output = fixture.output + ".fifo";
        Stream.of(fixture.input + ".fifo", output).forEach(fixture::createQueue);
        fixture.with("dedup.input-queue", fixture.input + ".fifo")
                .with("dedup.output-queue", output)
                .with("dedup.pollers", "4");
        DedupApplication replica = fixture.startReplica(EditedRoute.shipped()
                .aboveTheSend("- to: {uri: 'SERVICE', variableReceive: answer}".replace("SERVICE", service.uri()))
                .in(directory));

        outlive("FIFO queues", service(Trouble.ANSWERS_503), replica);

        assertThat(fixture.drain(output).stream().map(Message::body)).containsExactlyInAnyOrderElementsOf(events());
        for (int group = 0; group < GROUPS; group++) {
            assertThat(service.taken())
                    .containsSubsequence(IntStream.iterate(group, event -> event < EVENTS, event -> event + GROUPS)
                            .mapToObj(event -> Ends.event(name(event)))
                            .toList());
        }
    }

    @Test
    void aQueueBehindAws2SqsThatIsDeletedAndCreatedAgain() throws Exception {
        DedupApplication replica = fixture.startReplica(EditedRoute.shipped()
                .insteadOfTheSend("- to: 'aws2-sqs:%s?region=eu-central-1&useDefaultCredentialsProvider=true'"
                        .formatted(fixture.output))
                .in(directory));
        int before = EVENTS / 2;
        IntSupplier sends = () -> (int) proxied.sqs.calls().stream()
                .filter(call -> call.is("SendMessage") && !call.isRetry())
                .count();
        Supplier<List<String>> taken =
                () -> ends.forwardedMessages().stream().map(Message::body).toList();
        Runnable delete = () -> {
            // what it holds is deleted with it
            await().atMost(Duration.ofSeconds(60)).until(() -> taken.get().size() == before);
            fixture.deleteQueue(fixture.output);
        };
        Runnable create = () -> fixture.createQueue(fixture.output);
        outlive(
                "aws2-sqs",
                new Target("queue deleted", delete, create, () -> sends.getAsInt() - before, taken),
                replica);
    }

    @Test
    void aDatabaseThatRefusesConnections() throws Exception {
        DedupApplication replica = fixture.startReplica(EditedRoute.shipped()
                .insteadOfTheSend(INSERT)
                .with(DATABASE.replace("NAME", fixture.table).replace("CLASS", FlakyDatabase.class.getName()))
                .in(directory));
        FlakyDatabase flaky = bean(replica, FlakyDatabase.class);
        DataSource database = bean(replica, DataSource.class);
        outlive(
                "JDBC",
                new Target(
                        "database refuses connections",
                        () -> flaky.setAvailable(false),
                        () -> flaky.setAvailable(true),
                        flaky::callsInTrouble,
                        () -> FlakyDatabase.column(database, "select body from events")),
                replica);
    }

    private static <T> T bean(DedupApplication replica, Class<T> type) {
        return replica.camelContext().getRegistry().findSingleByType(type);
    }

    /** Lets the target be unavailable for a while under load. */
    private void outlive(String way, Target target, DedupApplication... replicas) throws Exception {
        send(0, EVENTS / 2);
        await().atMost(Duration.ofSeconds(60)).until(() -> !target.taken().get().isEmpty());
        try (LogLines log = new LogLines(Gate.class, Level.INFO)) {
            target.fail().run();
            long begin = System.nanoTime();
            send(EVENTS / 2, EVENTS);
            Thread.sleep(OUTAGE.toMillis());
            int calls = target.calls().getAsInt();
            long end = System.nanoTime();
            // after 1, 3, 7, 15 and so on seconds, then every ten, and the first one at once
            int trials = 6 + (int) Duration.ofNanos(end - begin).toSeconds() / 10;
            int maxCalls = replicas.length * (WORKERS + trials);
            target.recover().run();

            await().atMost(DRAINED_WITHIN).untilAsserted(() -> assertThat(fixture.size(input()))
                    .as("left in the input")
                    .isZero());
            Duration drained = Duration.ofNanos(System.nanoTime() - end);
            List<String> taken = target.taken().get();
            List<String> deadLettered = ends.now().deadLettered();
            report(way + ", " + target.trouble(), taken, deadLettered, calls, maxCalls, drained);
            assertThat(taken).containsExactlyInAnyOrderElementsOf(events());
            await().atMost(Duration.ofSeconds(10)).until(() -> Stream.of(replicas).noneMatch(Counted::isGateClosed));
            assertThat(deadLettered).isEmpty();
            assertThat(Stream.of(replicas).mapToLong(replica -> Counted.events(replica, "forwarded")).sum())
                    .isEqualTo(EVENTS);
            assertThat(replicas).allMatch(replica -> Counted.events(replica, "filtered") == 0);
            assertThat(calls).as("calls while it was unavailable").isLessThanOrEqualTo(maxCalls);
            assertThat(log.messages().stream().filter(line -> line.contains(fixture.input)))
                    .as("one line when polling stops, one when it resumes, for each replica")
                    .hasSizeLessThanOrEqualTo(2 * replicas.length);
        }
    }

    private void report(
            String trouble, List<String> taken, List<String> deadLettered, int calls, int maxCalls, Duration drained) {
        Set<String> different = new HashSet<>(taken);
        report.add(
                "%s for %d s".formatted(trouble, OUTAGE.toSeconds()),
                new Balance(EVENTS, different.size(), 0, 0, 0, deadLettered.size(), 0),
                EVENTS - different.size() - deadLettered.size(),
                taken.size() - different.size(),
                "%d calls while unavailable, at most %d; drained after %.1f s"
                        .formatted(calls, maxCalls, drained.toMillis() / 1000.0));
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
        try (LogLines log = new LogLines(Gate.class, Level.INFO)) {
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
