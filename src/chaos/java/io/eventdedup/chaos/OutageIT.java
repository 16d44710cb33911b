package io.eventdedup.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.eventdedup.app.Counted;
import io.eventdedup.app.DedupApplication;
import io.eventdedup.app.EditedRoute;
import io.eventdedup.app.Ends;
import io.eventdedup.app.Ends.Ended;
import io.eventdedup.app.RouteFixture;
import io.eventdedup.local.LogLines;
import io.eventdedup.sqs.Gate;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/**
 * A service goes away under load and comes back, with an input queue that would throw a message away at its sixth
 * delivery. Polling stops and resumes in time, and no message pays for the outage.
 */
@ExtendWith(ChaosExtension.class)
class OutageIT {

    private static final Duration OUTAGE = Duration.ofSeconds(Form.choose(8, 60));
    private static final Duration STOPS_WITHIN = Duration.ofSeconds(Form.choose(10, 3));
    private static final Duration KMS_OUTAGE = Duration.ofSeconds(Form.choose(10, 170));
    private static final int KMS_EVENTS = Form.choose(60, 400);
    private static final Duration DRAINED_WITHIN = Duration.ofSeconds(Form.choose(60, 30));
    private static final String RECEIVES = "${header.CamelAwsSqsAttributes[ApproximateReceiveCount]}";
    private static final int MAX_RECEIVES = 5;
    private static final int PER_SECOND = 10;

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void dynamoDbRefusesConnections(ProxiedRoute route, Report report) throws Exception {
        outlive("DynamoDB refuses connections", route, report, route.dynamoDb::goDown, route.dynamoDb::comeUp);
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void dynamoDbAnswersThatItHasFailed(ProxiedRoute route, Report report) throws Exception {
        outlive(
                "DynamoDB answers 500",
                route,
                report,
                () -> route.dynamoDb.faults().inject(Faults.ANY, Fault.SERVER_ERROR, 1),
                route.dynamoDb.faults()::heal);
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void theOutputQueueTakesNothing(ProxiedRoute route, Report report) throws Exception {
        outlive(
                "the output queue takes nothing",
                route,
                report,
                () -> route.sqs.faults().inject("SendMessage", Fault.SERVER_ERROR, 1),
                route.sqs.faults()::heal);
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void theOutputQueueIsDeletedAndCreatedAgain(ProxiedRoute route, Report report) throws Exception {
        RouteFixture fixture = route.fixture;
        outlive(
                "the output queue is deleted",
                route,
                report,
                () -> fixture.deleteQueue(fixture.output),
                () -> fixture.createQueue(fixture.output));
    }

    /** The probe, an empty batch, does not use the key. */
    @ParameterizedTest
    @EnumSource(names = {"KMS_DENIED", "KMS_DENIED_FOR_ENTRIES"})
    @Execution(ExecutionMode.CONCURRENT)
    void theOutputQueueMayNotUseItsKey(Fault fault, ProxiedRoute route, @TempDir Path directory) throws Exception {
        RouteFixture fixture = route.fixture.with("dedup.pollers", "1");
        DedupApplication replica = fixture.startReplica(EditedRoute.shipped()
                .aboveTheSend("- setHeader: {name: receives, simple: '%s'}".formatted(RECEIVES))
                .in(directory));
        List<String> events = IntStream.range(0, KMS_EVENTS).mapToObj("event-%04d"::formatted).toList();
        List<String> before = events.subList(0, KMS_EVENTS / 2);
        before.forEach(event -> fixture.send(Ends.event(event)));
        await().atMost(Duration.ofSeconds(30)).until(() -> fixture.size(fixture.output) > 0);
        try (LogLines log = new LogLines(Gate.class, Level.INFO)) {
            Supplier<List<String>> lines = () -> log.messages().stream()
                    .filter(line -> line.contains(fixture.input))
                    .toList();
            route.sqs.faults().injectFor("SendMessageBatch", fixture.output + "\",\"Entries\":[{", fault);
            events.subList(before.size(), KMS_EVENTS).forEach(event -> fixture.send(Ends.event(event)));
            await().atMost(Duration.ofSeconds(30)).until(() -> Counted.isGateClosed(replica));
            Instant end = Instant.now().plus(KMS_OUTAGE);
            while (Instant.now().isBefore(end)) {
                assertThat(isReady(replica)).as("ready").isFalse();
                Thread.sleep(250);
            }
            assertThat(lines.get()).singleElement().asString().contains("stopped");
            route.sqs.faults().heal();

            Ends ends = new Ends(fixture);
            await().atMost(DRAINED_WITHIN).until(() -> fixture.size(fixture.input) == 0);
            assertThat(ends.now()).isEqualTo(new Ended(events, List.of()));
            assertThat(ends.forwardedMessages())
                    .extracting(message -> Integer.valueOf(
                            message.messageAttributes().get("receives").stringValue()))
                    .allMatch(receives -> receives <= 2)
                    .contains(2);
            await().atMost(Duration.ofSeconds(5)).until(() -> isReady(replica));
            assertThat(lines.get()).hasSize(2).last().asString().contains("resumed");
        }
    }

    private static boolean isReady(DedupApplication replica) {
        return HealthCheckRegistry.get(replica.camelContext())
                        .getCheck("gate")
                        .orElseThrow()
                        .call()
                        .getState()
                == HealthCheck.State.UP;
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void aMirrorOfTheSameNameInAnotherAccountIsNotTheOutput(ProxiedRoute route, @TempDir Path directory) {
        RouteFixture fixture = route.fixture;
        // the emulator puts both into one queue
        DedupApplication replica = fixture.startReplica(EditedRoute.shipped()
                .aboveTheSend("""
                        - setHeader: {name: mirrored, constant: "yes"}
                        - to: "dedup-sqs:https://sqs.eu-central-1.amazonaws.com/222222222222/QUEUE"
                        - removeHeader: {name: mirrored}
                        """.replace("QUEUE", fixture.output))
                .in(directory));
        String output = fixture.url(fixture.output);
        route.sqs.faults().injectFor("SendMessageBatch", output + "\",\"Entries\":[{", Fault.SERVER_ERROR);
        List<String> events = List.of("a", "b", "c");
        events.forEach(event -> fixture.send(Ends.event(event)));
        await().atMost(Duration.ofSeconds(30)).until(() -> Counted.isGateClosed(replica));
        route.sqs.faults().heal();

        await().atMost(DRAINED_WITHIN).until(() -> fixture.size(fixture.input) == 0);
        Ends ends = new Ends(fixture);
        assertThat(ends.forwardedMessages())
                .filteredOn(message -> !message.messageAttributes().containsKey("mirrored"))
                .extracting(Message::body)
                .containsExactlyInAnyOrderElementsOf(events.stream().map(Ends::event).toList());
        assertThat(ends.deadLetters()).isEmpty();
    }

    private static void outlive(String trouble, ProxiedRoute route, Report report, Runnable goAway, Runnable comeBack)
            throws Exception {
        RouteFixture fixture = route.fixture;
        String thrownAway = redriveTo(fixture);
        fixture.startReplica();
        await().atMost(Duration.ofSeconds(30)).until(() -> receives(route, Instant.MIN, Instant.MAX) > 0);

        Load load = Load.of(7, PER_SECOND * (int) OUTAGE.plusSeconds(4).toSeconds(), 0.3);
        goAway.run();
        Instant away = Instant.now();
        Thread sender = load.sendSteadilyTo(fixture, PER_SECOND);
        Thread.sleep(OUTAGE.toMillis());
        Instant back = Instant.now();
        comeBack.run();
        sender.join();

        Ledger ledger = Ledger.whenSettled(fixture, load);
        report.add(trouble + " for " + OUTAGE.toSeconds() + " s", ledger, remark(route, away, back));
        assertThat(ledger.missing()).as("lost").isEmpty();
        assertThat(ledger.balance().holds()).as("%s", ledger.balance()).isTrue();
        assertThat(ledger.deadLetters()).isEmpty();
        assertThat(ledger.forwardedTwice().keySet()).isSubsetOf(UndecidableSends.in(route.sqs.calls()));
        assertThat(fixture.size(thrownAway))
                .as("thrown away by the redrive policy")
                .isZero();
        assertThat(receives(route, away.plus(STOPS_WITHIN), back))
                .as("receives while the service is away")
                .isZero();
        assertThat(receives(route, back, back.plus(Form.RESUMES_WITHIN)))
                .as("receives soon after its return")
                .isPositive();
    }

    private static String remark(ProxiedRoute route, Instant away, Instant back) {
        List<Instant> receives = route.sqs.calls().stream()
                .filter(call -> call.is("ReceiveMessage"))
                .map(Call::at)
                .toList();
        Instant last = receives.stream().filter(back::isAfter).reduce(away, (one, other) -> other);
        Instant first =
                receives.stream().filter(at -> !at.isBefore(back)).findFirst().orElse(Instant.MAX);
        return "polling stopped after %.1f s, resumed after %.1f s"
                .formatted(seconds(away, last), seconds(back, first));
    }

    private static double seconds(Instant from, Instant to) {
        return Duration.between(from, to).toMillis() / 1000.0;
    }

    private static long receives(ProxiedRoute route, Instant from, Instant to) {
        return route.sqs.calls().stream()
                .filter(call -> call.is("ReceiveMessage"))
                .filter(call -> call.at().isAfter(from) && call.at().isBefore(to))
                .count();
    }

    /** Returns the queue to which SQS itself moves what was received too often. */
    private static String redriveTo(RouteFixture fixture) {
        String thrownAway = fixture.input + "-redrive";
        String arn = fixture.sqs()
                .getQueueAttributes(request ->
                        request.queueUrl(fixture.createQueue(thrownAway)).attributeNames(QueueAttributeName.QUEUE_ARN))
                .attributes()
                .get(QueueAttributeName.QUEUE_ARN);
        fixture.sqs().setQueueAttributes(request -> request.queueUrl(fixture.url(fixture.input))
                .attributes(Map.of(
                        QueueAttributeName.REDRIVE_POLICY,
                        "{\"deadLetterTargetArn\":\"" + arn + "\",\"maxReceiveCount\":" + MAX_RECEIVES + "}")));
        return thrownAway;
    }
}
