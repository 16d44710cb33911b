package io.eventdedup.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.eventdedup.app.RouteFixture;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/**
 * A service goes away under load and comes back, with an input queue that would throw a message away at its sixth
 * delivery. Polling stops and resumes in time, and no message pays for the outage.
 */
@ExtendWith(ChaosExtension.class)
class OutageIT {

    private static final Duration OUTAGE = Duration.ofSeconds(Form.choose(8, 60));
    private static final Duration STOPS_WITHIN = Duration.ofSeconds(Form.choose(10, 3));
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
