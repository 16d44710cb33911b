package io.eventdedup.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventdedup.app.Ends;
import io.eventdedup.app.Ends.Ended;
import io.eventdedup.app.RouteFixture;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Some events of a message reach their queue and others do not. When the message is delivered again, only those that did not are
 * sent.
 */
@ExtendWith(ChaosExtension.class)
@Execution(ExecutionMode.CONCURRENT)
class PartOfAMessageIT {

    @Test
    void tenDeadLettersOfAMessageAreTenAlsoIfSomeOfThemHaveToBeSentAgain(ProxiedRoute route) {
        RouteFixture fixture = route.fixture;
        List<String> letters =
                IntStream.range(0, 10).mapToObj(i -> "\"event-00000" + i + "\"").toList();
        for (String failing : List.of("event-000002", "event-000005", "event-000009")) {
            route.sqs.faults().injectFor("SendMessage", failing, Fault.SERVER_ERROR);
        }
        fixture.startReplica();
        fixture.send(letters.stream().collect(Collectors.joining(",", "[", "]")));

        Ends ends = new Ends(fixture);
        ends.await(() -> assertThat(sends(route, "event-000002")).isPositive());
        route.sqs.faults().heal();

        ends.await(() -> assertThat(fixture.size(fixture.input)).isZero());
        assertThat(ends.now()).isEqualTo(new Ended(List.of(), letters));
    }

    @Test
    void aDeadLetterThatIsAlwaysRefusedDoesNotRepeatTheOtherEventsOfItsMessage(ProxiedRoute route) {
        RouteFixture fixture = route.fixture.with("dedup.window", "1s");
        route.sqs.faults().injectFor("SendMessage", "event-000001", Fault.CONTENT_REFUSED);
        fixture.startReplica();
        fixture.send("[" + Ends.event("event-000009") + ",\"event-000000\",\"event-000001\",\"event-000002\"]");

        Ends ends = new Ends(fixture);
        ends.await(() -> assertThat(sends(route, "event-000001")).isGreaterThan(1));

        assertThat(ends.now()).isEqualTo(new Ended(List.of("event-000009"), List.of("\"event-000000\"", "\"event-000002\"")));
        assertThat(fixture.size(fixture.input)).isEqualTo(1);
    }

    @Test
    void anEventThatTheOutputQueueTakesLaterDoesNotRepeatTheOtherEventsOfItsMessage(ProxiedRoute route) {
        RouteFixture fixture = route.fixture.with("dedup.window", "1s");
        fixture.startReplica();
        route.sqs.faults().injectFor("SendMessage", "event-000001", Fault.SERVER_ERROR);
        fixture.send(Ends.message("event-000000", "event-000001", "event-000002"));

        Ends ends = new Ends(fixture);
        ends.await(() -> assertThat(sends(route, "event-000001")).isPositive());
        route.sqs.faults().heal();

        ends.await(() -> assertThat(fixture.size(fixture.input)).isZero());
        assertThat(ends.now()).isEqualTo(new Ended(List.of("event-000000", "event-000001", "event-000002"), List.of()));
    }

    private static long sends(ProxiedRoute route, String event) {
        return route.sqs.calls().stream()
                .filter(call -> call.isSend() && call.events().contains(event))
                .count();
    }
}
