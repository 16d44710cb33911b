package io.eventdedup.sqs;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventdedup.event.Histories;
import io.eventdedup.event.TestDeliveries;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.sqs.model.Message;

class DeliveriesTest {

    private static final Instant NOW = Instant.parse("2026-03-10T09:00:00Z");
    private static final Duration VISIBILITY = Duration.ofSeconds(30);

    private final Deliveries deliveries = new Deliveries(new Histories());

    @Test
    void whatWouldBecomeVisibleWithinTheMarginIsDueForExtension() {
        ReceivedMessage message = receive("m");

        assertThat(due(NOW.plusSeconds(9))).isEmpty();
        assertThat(due(NOW.plusSeconds(11))).containsExactly(message);
    }

    @Test
    void whatIsDeletedOrReturnedIsNotExtended() {
        deliveries.returned(receive("m1"));
        deliveries.deleted(receive("m2"));

        assertThat(due(NOW.plusSeconds(11))).isEmpty();
    }

    @Test
    void aMessageIsReturnedOnce() {
        ReceivedMessage message = receive("m");

        assertThat(deliveries.returned(message)).isTrue();
        assertThat(deliveries.returned(message)).isFalse();
    }

    @Test
    void nothingIsExtendedPastTheTwelveHoursOfSqs() {
        ReceivedMessage message = receive("m");
        Instant late = NOW.plus(Duration.ofHours(12)).minusSeconds(29);
        message.extendedUntil(late.plusSeconds(5));

        assertThat(due(late)).isEmpty();
        assertThat(due(late.minusSeconds(1))).containsExactly(message);
    }

    @Test
    void whatTheRouteHasBegunWithIsNotWaiting() {
        ReceivedMessage begun = receive("m1");
        ReceivedMessage waiting = receive("m2");
        begun.begin();

        assertThat(deliveries.waiting()).containsExactly(waiting);
    }

    private List<ReceivedMessage> due(Instant now) {
        return deliveries.dueForExtension(now, Duration.ofSeconds(20), VISIBILITY);
    }

    private ReceivedMessage receive(String messageId) {
        ReceivedMessage message = new ReceivedMessage(
                Message.builder()
                        .messageId(messageId)
                        .receiptHandle("handle of " + messageId)
                        .body("{}")
                        .build(),
                TestDeliveries.event(messageId).delivery(),
                NOW,
                NOW.plus(VISIBILITY));
        deliveries.add(message);
        return message;
    }
}
