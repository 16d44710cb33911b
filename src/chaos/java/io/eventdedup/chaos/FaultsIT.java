package io.eventdedup.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventdedup.app.RouteFixture;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A share of all requests to both services fails, each fault in turn: nothing is lost, and each event comes out once.
 *
 * <p>Nobody can know whether a message has reached a standard queue when the answer was lost, so such an event may come out
 * again. A FIFO queue recognises it.
 */
@ExtendWith(ChaosExtension.class)
class FaultsIT {

    private static final double SHARE = 0.3;
    private static final int MESSAGES = Form.choose(60, 2000);
    private static final double COPIES = 0.3;
    private static final Duration SLOW = Duration.ofSeconds(Form.choose(10, 60));
    private static final Duration FIFO_REMEMBERS = Duration.ofMinutes(5);

    @ParameterizedTest
    @EnumSource(names = {"THROTTLED", "SERVER_ERROR", "RESET", "LATE_ANSWER", "LOST_ANSWER"})
    @Execution(ExecutionMode.CONCURRENT)
    void nothingIsLostAndOnlySendsWithoutAnAnswerAreRepeated(Fault fault, ProxiedRoute route, Report report) {
        Ledger ledger = outlive(fault, route);

        Set<String> undecidable = UndecidableSends.in(route.sqs.calls());
        report.add(
                describe(fault), ledger, undecidable.isEmpty() ? "" : undecidable.size() + " sends without an answer");
        assertBalanced(ledger);
        assertThat(ledger.forwardedTwice().keySet()).isSubsetOf(undecidable);
        if (fault == Fault.LATE_ANSWER) {
            assertThat(ledger.forwardedTwice()).as("slow is not lost").isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"LATE_ANSWER", "LOST_ANSWER"})
    @Execution(ExecutionMode.CONCURRENT)
    void intoAFifoQueueNotEvenThose(Fault fault, ProxiedRoute route, Report report) {
        RouteFixture fixture = route.fixture;
        String fifo = fixture.output + ".fifo";
        fixture.createQueue(fifo);
        fixture.with("dedup.output-queue", fifo);

        Ledger ledger = outlive(fault, route);

        report.add(
                describe(fault) + ", FIFO output",
                ledger,
                ledger.forwardedTwice().isEmpty() ? "" : "sends without an answer, again after more than 5 minutes");
        assertBalanced(ledger);
        // a FIFO queue knows a message again for five minutes (AWS documentation); later it takes it as a new one
        Set<String> undecidable = UndecidableSends.in(route.sqs.calls());
        assertThat(ledger.forwardedTwice()).allSatisfy((event, messages) -> {
            assertThat(undecidable).contains(event);
            assertThat(Ledger.leastPause(messages)).isGreaterThan(FIFO_REMEMBERS);
        });
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void servicesThatAreSlowForAWhileDoubleNothing(ProxiedRoute route, Report report) throws Exception {
        start(route, Fault.LATE_ANSWER, 1);
        Load load = Load.of(12, MESSAGES, COPIES);
        load.sendTo(route.fixture);
        Thread.sleep(SLOW.toMillis());
        route.sqs.faults().heal();
        route.dynamoDb.faults().heal();

        Ledger ledger = Ledger.whenSettled(route.fixture, load);
        report.add("all requests to both services answered 3 s late for " + SLOW.toSeconds() + " s", ledger, "");
        assertBalanced(ledger);
        assertThat(ledger.forwardedTwice()).isEmpty();
    }

    private static Ledger outlive(Fault fault, ProxiedRoute route) {
        start(route, fault, SHARE);
        Load load = Load.of(11, MESSAGES, COPIES);
        load.sendTo(route.fixture);
        return Ledger.whenSettled(route.fixture, load);
    }

    private static void start(ProxiedRoute route, Fault fault, double share) {
        route.fixture
                // so that no copy comes after its window, however long the faults hold it up
                .with("dedup.window", "1d")
                .with("dedup.lease", "12s")
                .with("dedup.visibility-timeout", "15s")
                .startReplica();
        route.sqs.faults().inject(Faults.ANY, fault, share);
        route.dynamoDb.faults().inject(Faults.ANY, fault, share);
    }

    private static void assertBalanced(Ledger ledger) {
        assertThat(ledger.missing()).as("lost").isEmpty();
        assertThat(ledger.balance().holds()).as("%s", ledger.balance()).isTrue();
        assertThat(ledger.deadLetters()).isEmpty();
    }

    private static String describe(Fault fault) {
        String what =
                switch (fault) {
                    case THROTTLED -> "throttled";
                    case DENIED -> "denied";
                    case KMS_DENIED, KMS_DENIED_FOR_ENTRIES -> "denied by KMS";
                    case REFUSED -> "refused";
                    case CONTENT_REFUSED -> "refused for their content";
                    case ENTRIES_FAILED -> "answered that they failed";
                    case SERVER_ERROR -> "answered 500";
                    case LATE_SERVER_ERROR -> "answered 500, 3 s late";
                    case RESET -> "reset";
                    case LATE_ANSWER -> "answered 3 s late";
                    case LOST_ANSWER -> "carried out, the answer lost";
                };
        return "30 % of the requests to both services " + what;
    }
}
