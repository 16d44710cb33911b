package io.eventdedup.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.eventdedup.app.DedupApplication;
import io.eventdedup.app.EditedRoute;
import io.eventdedup.app.Ends;
import io.eventdedup.app.Ends.Ended;
import io.eventdedup.app.RouteFixture;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * A stop whose time runs out in the middle of a message of several events. What the stop cut off is still in the input queue, and a
 * process that starts later finishes it.
 */
@ExtendWith(ChaosExtension.class)
@Execution(ExecutionMode.CONCURRENT)
class StopInMidMessageIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int EVENTS = 12;

    @TempDir
    Path directory;

    @Test
    void anEventThatAStopDuringASendCutOffIsNotLost(ProxiedRoute route) {
        RouteFixture fixture = settings(route.fixture);
        route.sqs.faults().inject("SendMessage", Fault.LATE_ANSWER, 1);
        DedupApplication stopped = fixture.startReplica();
        fixture.send(messageOf(i -> Ends.event(name(i))));
        await().atMost(PATIENCE).until(() -> sends(route) == 2);

        stop(stopped);

        route.sqs.faults().heal();
        assertThatAllIsFinishedBy(fixture, EditedRoute.shipped().in(directory), 0);
    }

    @Test
    void anEventThatAStopDuringAStepCutOffIsNotLostAndHasNotFailed(ProxiedRoute route) {
        RouteFixture fixture = settings(route.fixture).with("dedup.max-attempts", "1");
        DedupApplication stopped = fixture.startReplica(
                EditedRoute.shipped().aboveTheSend("- delay: {constant: 3500}").in(directory));
        fixture.send(messageOf(i -> Ends.event(name(i))));
        await().atMost(PATIENCE).until(() -> sends(route) == 1);

        stop(stopped);

        assertThatAllIsFinishedBy(fixture, EditedRoute.shipped().in(directory), 0);
    }

    @Test
    void anEventThatAStopCutOffOnItsWayToAnotherThreadIsNotLost(ProxiedRoute route) {
        RouteFixture fixture = settings(route.fixture);
        String handsOver = EditedRoute.shipped()
                .insteadOfTheSend("- to: 'seda:sending'")
                .with("""
                        - route:
                            id: sending
                            routeConfigurationId: dedup
                            from: {uri: "seda:sending", steps: [{to: "dedup-sqs:{{dedup.output-queue}}"}]}
                        """)
                .in(directory);
        route.sqs.faults().inject("SendMessage", Fault.LATE_ANSWER, 1);
        DedupApplication stopped = fixture.startReplica(handsOver);
        fixture.send(messageOf(i -> Ends.event(name(i))));
        await().atMost(PATIENCE).until(() -> sends(route) == 2);

        stop(stopped);

        route.sqs.faults().heal();
        // nobody knows what became of the send that another thread was in
        assertThatAllIsFinishedBy(fixture, handsOver, 1);
    }

    @Test
    void aDeadLetterThatAStopCutOffIsNotLost(ProxiedRoute route) {
        RouteFixture fixture = settings(route.fixture);
        route.sqs.faults().inject("SendMessage", Fault.LATE_ANSWER, 1);
        DedupApplication stopped = fixture.startReplica();
        fixture.send(messageOf(Integer::toString));
        await().atMost(PATIENCE).until(() -> fixture.size(fixture.deadLetters) == 2);

        stop(stopped);

        route.sqs.faults().heal();
        fixture.startReplica();
        Ends ends = new Ends(fixture);
        ends.await(() -> assertThat(fixture.size(fixture.input)).isZero());
        assertThat(ends.now().deadLettered())
                .containsAll(IntStream.range(0, EVENTS).mapToObj(Integer::toString).toList());
    }

    /** A message that nobody gives back is soon visible again. */
    private static RouteFixture settings(RouteFixture fixture) {
        return fixture.with("dedup.lease", "5s").with("dedup.visibility-timeout", "6s");
    }

    /** The graceful time ends before a late answer, and the process before a second one. */
    private static void stop(DedupApplication replica) {
        replica.camelContext().getShutdownStrategy().setTimeout(2);
        replica.close();
    }

    /** @param mayBeTwice how many events may have gone out twice */
    private static void assertThatAllIsFinishedBy(RouteFixture fixture, String routes, int mayBeTwice) {
        Ends ends = new Ends(fixture);
        Ended atTheStop = ends.now();
        assertThat(atTheStop.deadLettered()).isEmpty();
        assertThat(fixture.size(fixture.input))
                .as("messages left in the input queue, with %d of %d events forwarded", atTheStop.forwarded().size(), EVENTS)
                .isEqualTo(1);

        fixture.startReplica(routes);
        ends.await(() -> assertThat(fixture.size(fixture.input)).isZero());
        Ended ended = ends.now();
        assertThat(ended.deadLettered()).isEmpty();
        assertThat(ended.forwarded())
                .containsAll(IntStream.range(0, EVENTS)
                        .mapToObj(StopInMidMessageIT::name)
                        .toList())
                .hasSizeBetween(EVENTS, EVENTS + mayBeTwice);
    }

    private static String messageOf(IntFunction<String> event) {
        return IntStream.range(0, EVENTS).mapToObj(event).collect(Collectors.joining(",", "[", "]"));
    }

    private static String name(int i) {
        return "event-%06d".formatted(i);
    }

    private static long sends(ProxiedRoute route) {
        return route.sqs.calls().stream()
                .filter(call -> call.isSend() && !call.events().isEmpty())
                .count();
    }
}
