package io.eventdedup.sqs;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventdedup.app.RouteFixture;
import io.eventdedup.local.EmbeddedAws;
import io.eventdedup.local.EmbeddedAwsExtension;
import io.eventdedup.sqs.BatchFaults.Fault;
import io.eventdedup.sqs.SqsCalls.VisibilityChange;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.services.sqs.model.Message;

/** Which entries of a batch have failed. */
@ExtendWith(EmbeddedAwsExtension.class)
class BatchEntriesTest {

    private RouteFixture fixture;
    private SqsCalls calls;

    @BeforeEach
    void start(EmbeddedAws aws) {
        fixture = new RouteFixture(aws);
        calls = SqsCalls.find(null, null, Duration.ofSeconds(20));
    }

    @AfterEach
    void stop() {
        calls.close();
        fixture.close();
    }

    static List<Fault> faults() {
        return List.of(new Fault.LastEntryFails(), new Fault.LastEntryIsLeftOut());
    }

    @ParameterizedTest
    @MethodSource("faults")
    void aDeleteThatSqsDoesNotConfirmHasFailedAndNoOther(Fault fault) {
        List<String> handles = receiveTwo();
        BatchFaults.inject(fixture.input, fault);

        assertThat(calls.delete(QueueName.parse(fixture.input), handles)).containsOnlyKeys(1);

        assertThat(fixture.size(fixture.input)).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("faults")
    void aChangeOfVisibilityThatSqsDoesNotConfirmHasFailedAndNoOther(Fault fault) {
        List<VisibilityChange> changes = receiveTwo().stream()
                .map(handle -> new VisibilityChange(handle, Duration.ZERO))
                .toList();
        BatchFaults.inject(fixture.input, fault);

        assertThat(calls.changeVisibility(QueueName.parse(fixture.input), changes))
                .containsOnlyKeys(1);

        assertThat(fixture.drain(fixture.input)).hasSize(1);
    }

    private List<String> receiveTwo() {
        fixture.send("a");
        fixture.send("b");
        List<Message> received = calls.receive(
                QueueName.parse(fixture.input), 10, List.of(), List.of(), Duration.ofMinutes(1), Duration.ofSeconds(1));
        assertThat(received).hasSize(2);
        return received.stream().map(Message::receiptHandle).toList();
    }
}
