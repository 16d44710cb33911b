package io.eventdedup.sqs;

import static io.eventdedup.sqs.TestDeliveries.VISIBILITY;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;

class DeliveriesTest {

    private static final Instant NOW = Instant.parse("2026-03-10T09:00:00Z");

    private final Deliveries deliveries = new Deliveries();
    private final List<Outcome> told = new ArrayList<>();
    private final DefaultCamelContext context = new DefaultCamelContext();

    @Test
    void anEventThatWasSettledBeforeItsMessageWentBackIsNotCountedAgain() {
        Delivery first = receive("m", "handle 1");
        forward(first, 0);
        deliveries.returned(first);

        Delivery second = receive("m", "handle 2");
        begin(second, 0).end(true);
        begin(second, 1).end(true);

        assertThat(told).containsExactly(Outcome.FORWARDED, Outcome.DUPLICATE);
    }

    @Test
    void ofAMessageThatIsDeletedNothingIsRemembered() {
        Delivery first = receive("m", "handle 1");
        forward(first, 0);
        deliveries.returned(first);

        deliveries.deleted(receive("m", "handle 2"));

        assertThat(deliveries.settledEarlier("m").isEmpty()).isTrue();
    }

    @Test
    void whatWouldBecomeVisibleWithinTheMarginIsDueForExtension() {
        Delivery delivery = receive("m", "handle");

        assertThat(due(NOW.plusSeconds(9))).isEmpty();
        assertThat(due(NOW.plusSeconds(11))).containsExactly(delivery);
    }

    @Test
    void whatIsDeletedOrReturnedIsNotExtended() {
        deliveries.returned(receive("m1", "handle 1"));
        deliveries.deleted(receive("m2", "handle 2"));

        assertThat(due(NOW.plusSeconds(11))).isEmpty();
    }

    @Test
    void nothingIsExtendedPastTheTwelveHoursOfSqs() {
        Delivery delivery = receive("m", "handle");
        Instant late = NOW.plus(Duration.ofHours(12)).minusSeconds(29);
        delivery.extendedUntil(late.plusSeconds(5));

        assertThat(due(late)).isEmpty();
        assertThat(due(late.minusSeconds(1))).containsExactly(delivery);
    }

    @Test
    void whatTheRouteHasBegunWithIsNotWaiting() {
        Delivery begun = receive("m1", "handle 1");
        Delivery waiting = receive("m2", "handle 2");
        begun.begin();

        assertThat(deliveries.waiting()).containsExactly(waiting);
    }

    @Test
    void anEventEndsOnceAndItsFirstFailureCounts() {
        EventInFlight event = begin(receive("m", "handle"), 0);
        event.fail(new Failure.Again(Duration.ofSeconds(5), true));
        event.fail(new Failure.Dead(new DeadLetter("ATTEMPTS_EXHAUSTED", "x", NOW)));

        assertThat(event.end(false)).contains(Outcome.RETURNED);
        assertThat(event.end(true)).contains(Outcome.RETURNED);
        assertThat(told).containsExactly(Outcome.RETURNED);
    }

    @Test
    void anEventThatHasFailedIsNotSent() {
        EventInFlight event = begin(receive("m", "handle"), 0);
        assertThat(event.startSend()).hasValue(0);
        assertThat(event.startSend()).hasValue(1);

        event.fail(new Failure.Again(Duration.ofSeconds(5), true));

        assertThat(event.startSend()).isEmpty();
    }

    @Test
    void anEventThatTheOutputQueueHasIsForwardedWhateverFailsAfterwards() {
        Delivery delivery = receive("m", "handle");
        EventInFlight event = begin(delivery, 0);
        event.accepted(true);
        event.fail(new Failure.Again(Duration.ofSeconds(5), true));

        assertThat(event.end(false)).contains(Outcome.FORWARDED);
        assertThat(delivery.isSettled()).isTrue();
        assertThat(delivery.comesAgain()).isFalse();
    }

    @Test
    void anEventThatNoQueueHasAndThatDidNotFailIsFiltered() {
        assertThat(begin(receive("m", "handle"), 0).end(false)).contains(Outcome.FILTERED);
    }

    @Test
    void aMessageIsSettledOnlyWhenItsDeadLetterIsAccepted() {
        Delivery delivery = receive("m", "handle");
        EventInFlight event = begin(delivery, 0);
        event.fail(new Failure.Dead(new DeadLetter("FORWARD_REJECTED", "x", NOW)));

        assertThat(event.end(false)).isEqualTo(Optional.empty());
        assertThat(delivery.isSettled()).isFalse();
        assertThat(delivery.unsentLetters(exchange())).hasSize(1);

        event.letterAccepted();

        assertThat(delivery.isSettled()).isTrue();
        assertThat(delivery.unsentLetters(exchange())).isEmpty();
        assertThat(told).containsExactly(Outcome.DEAD_LETTER);
    }

    private void forward(Delivery delivery, int index) {
        EventInFlight event = begin(delivery, index);
        event.accepted(true);
        event.end(false);
    }

    private EventInFlight begin(Delivery delivery, int index) {
        return delivery.begin(exchange(), index, "{}");
    }

    private Exchange exchange() {
        return new DefaultExchange(context);
    }

    private List<Delivery> due(Instant now) {
        return deliveries.dueForExtension(now, Duration.ofSeconds(20), VISIBILITY);
    }

    private Delivery receive(String messageId, String receiptHandle) {
        Delivery delivery = TestDeliveries.delivery(
                messageId,
                receiptHandle,
                1,
                NOW,
                deliveries.settledEarlier(messageId),
                (event, outcome) -> told.add(outcome));
        deliveries.add(delivery);
        return delivery;
    }
}
