package io.eventdedup.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.eventdedup.app.RouteFixture;
import io.eventdedup.local.LogLines;
import io.eventdedup.sqs.Gate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What belongs to the input queue itself fails: deletes, and receives. Polling stops once, and goes on once. */
@ExtendWith(ChaosExtension.class)
@Execution(ExecutionMode.CONCURRENT)
class PollingIT {

    private static final String EVENT = "{\"detail-type\":\"chaos\",\"detail\":{\"name\":\"event-000001\"}}";
    private static final Duration TROUBLE = Duration.ofSeconds(Form.choose(16, 60));
    private static final int PER_SECOND = 10;

    private static LogLines log;

    @BeforeAll
    static void listen() {
        log = new LogLines(Gate.class, Level.INFO);
    }

    @AfterAll
    static void stopListening() {
        log.close();
    }

    @Test
    void aMessageThatCannotBeDeletedStaysHiddenLongerThanItsWindow(ProxiedRoute route, Report report) throws Exception {
        RouteFixture fixture = route.fixture
                .with("dedup.window", "10s")
                .with("dedup.visibility-timeout", "9s")
                .with("dedup.lease", "6s");
        fixture.startReplica();
        Load load = Load.of(17, PER_SECOND * 10, 0);
        route.sqs.faults().inject("DeleteMessage", Fault.DENIED, 1);
        Thread sender = load.sendSteadilyTo(fixture, PER_SECOND);
        Thread.sleep(TROUBLE.toMillis());
        Instant back = Instant.now();
        route.sqs.faults().heal();
        sender.join();

        Ledger ledger = Ledger.whenSettled(fixture, load);
        report.add("no message can be deleted for " + TROUBLE.toSeconds() + " s", ledger, "window 10 s");
        assertThat(ledger.missing()).as("lost").isEmpty();
        assertThat(ledger.forwardedTwice()).isEmpty();
        assertThat(ledger.balance().holds()).as("%s", ledger.balance()).isTrue();
        assertStoppedAndWentOnOnce(fixture);
        assertThat(receives(route, back.minus(TROUBLE).plusSeconds(8), back)).isZero();
    }

    @Test
    void aDeniedInputQueueIsPolledAgainWithinSeconds(ProxiedRoute route) throws Exception {
        RouteFixture fixture = route.fixture;
        fixture.startReplica();
        route.sqs.faults().inject("ReceiveMessage", Fault.DENIED, 1);
        fixture.send(EVENT);
        await().atMost(Duration.ofSeconds(20)).until(() -> lines(fixture).size() == 1);
        Thread.sleep(TROUBLE.dividedBy(2).toMillis());

        route.sqs.faults().heal();

        await().atMost(Form.RESUMES_WITHIN).until(() -> fixture.size(fixture.output) == 1);
        await().atMost(Form.RESUMES_WITHIN).untilAsserted(() -> assertStoppedAndWentOnOnce(fixture));
    }

    @Test
    void aDeletedInputQueueIsPolledAgainWhenItIsBack(ProxiedRoute route) throws Exception {
        RouteFixture fixture = route.fixture;
        fixture.startReplica();
        fixture.deleteQueue(fixture.input);
        await().atMost(Duration.ofSeconds(20)).until(() -> lines(fixture).size() == 1);
        Thread.sleep(TROUBLE.dividedBy(2).toMillis());

        fixture.createQueue(fixture.input);
        fixture.send(EVENT);

        await().atMost(Form.RESUMES_WITHIN).until(() -> fixture.size(fixture.output) == 1);
        await().atMost(Form.RESUMES_WITHIN).untilAsserted(() -> assertStoppedAndWentOnOnce(fixture));
    }

    @Test
    void aMessageThatSqsFailedForIsSentOnceMoreAndPollingGoesOn(ProxiedRoute route) {
        RouteFixture fixture = route.fixture;
        fixture.startReplica();
        route.sqs.faults().injectOnce("SendMessageBatch", Fault.ENTRIES_FAILED);

        fixture.send(EVENT);

        await().atMost(Form.RESUMES_WITHIN).until(() -> fixture.size(fixture.output) == 1);
        assertThat(route.sqs.calls().stream().filter(PollingIT::sendsAnEvent)).hasSize(2);
        assertThat(lines(fixture)).isEmpty();
    }

    @Test
    void aFinishedMessageThatSqsFailedToDeleteIsNamedAndDeletedLater(ProxiedRoute route) {
        RouteFixture fixture = route.fixture;
        fixture.startReplica();
        route.sqs.faults().injectOnce("DeleteMessageBatch", Fault.ENTRIES_FAILED);

        fixture.send(EVENT);

        await().atMost(Form.RESUMES_WITHIN).untilAsserted(() -> assertStoppedAndWentOnOnce(fixture));
        assertThat(lines(fixture).get(0)).contains("A finished message could not be deleted");
        assertThat(fixture.size(fixture.input)).isZero();
        assertThat(fixture.size(fixture.output)).isEqualTo(1);
    }

    @Test
    void whicheverWordsRefuseTheEmptyBatchTheQueueIsThere(ProxiedRoute route) {
        RouteFixture fixture = route.fixture;
        fixture.startReplica();
        route.sqs.faults().inject("SendMessageBatch", Fault.DENIED, 1);
        fixture.send(EVENT);
        await().atMost(Duration.ofSeconds(20)).until(() -> lines(fixture).size() == 1);

        route.sqs.faults().heal();
        // the probe's empty batch; after it, only a message proves that the queue takes messages
        route.sqs.faults().injectOnce("SendMessageBatch", Fault.REFUSED);

        await().atMost(Form.RESUMES_WITHIN).untilAsserted(() -> assertStoppedAndWentOnOnce(fixture));
    }

    private static boolean sendsAnEvent(Call call) {
        return call.is("SendMessageBatch") && !call.events().isEmpty();
    }

    private static void assertStoppedAndWentOnOnce(RouteFixture fixture) {
        assertThat(lines(fixture))
                .satisfiesExactly(
                        stopped -> assertThat(stopped).contains("stopped"), on -> assertThat(on).contains("resumed"));
    }

    private static List<String> lines(RouteFixture fixture) {
        return log.messages().stream().filter(line -> line.contains(fixture.input)).toList();
    }

    private static long receives(ProxiedRoute route, Instant from, Instant to) {
        return route.sqs.calls().stream()
                .filter(call -> call.is("ReceiveMessage"))
                .filter(call -> call.at().isAfter(from) && call.at().isBefore(to))
                .count();
    }
}
