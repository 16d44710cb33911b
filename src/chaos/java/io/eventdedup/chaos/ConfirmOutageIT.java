package io.eventdedup.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.eventdedup.app.Counted;
import io.eventdedup.app.DedupApplication;
import io.eventdedup.app.Ends;
import io.eventdedup.app.Ends.Ended;
import io.eventdedup.app.RouteFixture;
import io.eventdedup.local.EmbeddedAws;
import io.eventdedup.local.EmbeddedAwsExtension;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The table takes claims and no confirms. That is an outage: nothing more is forwarded that could not be remembered, and when
 * the table takes confirms again, all of them are written.
 */
@ExtendWith({ChaosExtension.class, EmbeddedAwsExtension.class})
@Execution(ExecutionMode.CONCURRENT)
class ConfirmOutageIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration A_WHILE = Duration.ofSeconds(4);
    private static final int POLL = 10;

    @ParameterizedTest
    @CsvSource({"DENIED, true", "DENIED, false", "SERVER_ERROR, true"})
    void pollingStopsUntilTheTableTakesConfirmsAgainAndNothingIsForwardedTwice(
            Fault fault, boolean mergeCalls, ProxiedRoute route) throws Exception {
        RouteFixture fixture = route.fixture.with("dedup.merge-calls", Boolean.toString(mergeCalls));
        List<String> before = names("before", 5);
        List<String> during = names("during", 5);
        List<String> all = Stream.concat(before.stream(), during.stream()).toList();
        DedupApplication replica = fixture.startReplica();
        // so that one poll brings all of them: what is still in the queue when polling stops stays there
        replica.camelContext().getRouteController().suspendRoute("dedup");
        denyConfirms(route, fault);
        before.forEach(name -> fixture.send(Ends.event(name)));
        replica.camelContext().getRouteController().resumeRoute("dedup");

        Ends ends = new Ends(fixture);
        await("polling stops").atMost(PATIENCE).until(() -> Counted.isGateClosed(replica));
        ends.await(() -> assertThat(ends.now()).isEqualTo(new Ended(before, List.of())));
        during.forEach(name -> fixture.send(Ends.event(name)));
        await().during(A_WHILE).atMost(A_WHILE.multipliedBy(2)).until(() -> Counted.isGateClosed(replica));
        assertThat(ends.now()).isEqualTo(new Ended(before, List.of()));

        route.dynamoDb.faults().heal();
        ends.await(() -> assertThat(ends.now()).isEqualTo(new Ended(all, List.of())));
        ends.await(() -> assertThat(pendingConfirms(replica)).isZero());
        String other = fixture.input + "-2";
        fixture.createQueue(other);
        DedupApplication second = fixture.with("dedup.input-queue", other).startReplica();
        all.forEach(name -> {
            fixture.send(Ends.event(name));
            fixture.sqs().sendMessage(send -> send.queueUrl(fixture.url(other)).messageBody(Ends.event(name)));
        });

        ends.await(() -> assertThat(Counted.events(second, "duplicate")).isEqualTo(all.size()));
        ends.await(() -> assertThat(Counted.events(replica, "duplicate")).isEqualTo(all.size()));
        assertThat(ends.now()).isEqualTo(new Ended(all, List.of()));
    }

    @Test
    void anotherProcessRepeatsNoMoreThanWasInFlight(ProxiedRoute route, EmbeddedAws aws) {
        List<String> events = names("event", 30);
        RouteFixture denied = withShortLease(route.fixture).with("dedup.pollers", "1").with("dedup.workers", "1");
        denied.startReplica();
        denyConfirms(route, Fault.DENIED);
        events.forEach(name -> denied.send(Ends.event(name)));
        await().atMost(PATIENCE).until(() -> denied.size(denied.output) > 0);

        try (RouteFixture other = withShortLease(new RouteFixture(aws))) {
            other.with("dedup.table", denied.table)
                    .with("dedup.output-queue", denied.output)
                    .with("dedup.dead-letter-queue", denied.deadLetters)
                    .startReplica();
            events.forEach(name -> other.send(Ends.event(name)));
            await().atMost(PATIENCE).until(() -> other.size(other.input) == 0);
            route.dynamoDb.faults().heal();

            Ends ends = new Ends(denied);
            ends.await(() -> assertThat(denied.size(denied.input)).isZero());
            Ended ended = ends.now();
            assertThat(ended.deadLettered()).isEmpty();
            assertThat(ended.forwarded()).containsAll(events);
            assertThat(ended.forwarded().size() - events.size())
                    .as("events forwarded twice, where one poll was in flight")
                    .isLessThanOrEqualTo(POLL);
        }
    }

    private static RouteFixture withShortLease(RouteFixture fixture) {
        return fixture.with("dedup.lease", "2s").with("dedup.visibility-timeout", "4s");
    }

    /** The row's own confirm and the group's are updates, whether one or many are in a request. */
    private static void denyConfirms(ProxiedRoute route, Fault fault) {
        route.dynamoDb.faults().inject("UpdateItem", fault, 1);
        route.dynamoDb.faults().injectFor("BatchExecuteStatement", "UPDATE ", fault);
    }

    private static List<String> names(String name, int count) {
        return IntStream.range(0, count).mapToObj(i -> "%s-%02d".formatted(name, i)).toList();
    }

    private static double pendingConfirms(DedupApplication replica) {
        return Counted.meters(replica).find("dedup.confirm.pending").gauges().stream()
                .mapToDouble(gauge -> gauge.value())
                .sum();
    }
}
