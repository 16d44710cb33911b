package io.eventdedup.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventdedup.app.Counted;
import io.eventdedup.app.DedupApplication;
import io.eventdedup.app.EditedRoute;
import io.eventdedup.app.Ends;
import io.eventdedup.app.Ends.Ended;
import io.eventdedup.app.RouteFixture;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A step goes on while one of its branches is still sending the event. The event does not end before that send has. */
@ExtendWith(ChaosExtension.class)
@Execution(ExecutionMode.CONCURRENT)
class ParallelBranchesIT {

    private static final String BRANCHES = """
            - route:
                id: sends
                errorHandler: {noErrorHandler: {}}
                from: {uri: "direct:sends", steps: [{to: "dedup-sqs:{{dedup.output-queue}}"}]}
            - route:
                id: fails
                errorHandler: {noErrorHandler: {}}
                from:
                  uri: "direct:fails"
                  steps:
                    - delay: {constant: 500}
                    - throwException: {exceptionType: java.lang.IllegalStateException, message: "cannot be done"}
            """;

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "multicast: {parallelProcessing: true, stopOnException: true,"
                        + " steps: [{to: 'direct:sends'}, {to: 'direct:fails'}]}",
                "recipientList: {constant: 'direct:sends,direct:fails', parallelProcessing: true, stopOnException: true}"
            })
    void anEventIsNeverBothForwardedAndDeadLettered(String step, ProxiedRoute route) {
        RouteFixture fixture = route.fixture.with("dedup.max-attempts", "1");
        route.sqs.faults().injectFor("SendMessage", fixture.output, Fault.LATE_ANSWER);
        DedupApplication replica = fixture.startReplica(routeWith(step));
        fixture.send(Ends.event("a"));

        Ends ends = new Ends(fixture);
        ends.await(() -> assertThat(fixture.size(fixture.input)).isZero());
        ends.await(() -> assertThat(ends.now()).isEqualTo(new Ended(List.of("a"), List.of())));
        assertThat(Counted.events(replica)).isEqualTo(Map.of("forwarded", 1L));
    }

    @Test
    void anEventWhoseStepDidNotWaitForTheSendIsCountedAsForwarded(ProxiedRoute route) {
        RouteFixture fixture = route.fixture;
        route.sqs.faults().injectFor("SendMessage", fixture.output, Fault.LATE_ANSWER);
        DedupApplication replica = fixture.startReplica(
                routeWith("multicast: {parallelProcessing: true, timeout: 500, steps: [{to: 'direct:sends'}]}"));
        fixture.send(Ends.event("a"));

        Ends ends = new Ends(fixture);
        ends.await(() -> assertThat(fixture.size(fixture.input)).isZero());
        ends.await(() -> assertThat(ends.now()).isEqualTo(new Ended(List.of("a"), List.of())));
        assertThat(Counted.events(replica)).isEqualTo(Map.of("forwarded", 1L));
    }

    @Test
    void anEventWhoseStepDidNotWaitForASendThatFailsIsNotLost(ProxiedRoute route) {
        RouteFixture fixture = route.fixture;
        DedupApplication replica = fixture.startReplica(
                routeWith("multicast: {parallelProcessing: true, timeout: 500, steps: [{to: 'direct:sends'}]}"));
        route.sqs.faults().injectOnce("SendMessage", Fault.LATE_SERVER_ERROR);
        fixture.send(Ends.event("a"));

        Ends ends = new Ends(fixture);
        ends.await(() -> assertThat(fixture.size(fixture.input)).isZero());
        assertThat(ends.now()).isEqualTo(new Ended(List.of("a"), List.of()));
        assertThat(Counted.events(replica)).isEqualTo(Map.of("returned", 1L, "forwarded", 1L));
    }

    private String routeWith(String step) {
        return EditedRoute.shipped()
                .insteadOfTheSend("- " + step)
                .with(BRANCHES)
                .in(directory);
    }
}
