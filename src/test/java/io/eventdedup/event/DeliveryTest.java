package io.eventdedup.event;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.eventdedup.local.LogLines;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.spi.Synchronization;
import org.apache.camel.support.UnitOfWorkHelper;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.SdkClientException;

class DeliveryTest {

    private static final Failure AGAIN = new Failure.Again(Duration.ofSeconds(5), true, false);

    private final TestDeliveries deliveries = new TestDeliveries();

    /** The exchange of one element of a split. */
    private static Exchange begin(Delivery delivery, Object element) {
        Exchange exchange = TestDeliveries.exchange();
        exchange.getMessage().setBody(element);
        assertThat(delivery.begin(exchange, "{}")).isTrue();
        return exchange;
    }

    private static EventInFlight event(Exchange exchange) {
        return EventInFlight.of(exchange).orElseThrow();
    }

    private static void end(Exchange exchange) {
        List<Synchronization> completions = exchange.getExchangeExtension().handoverCompletions();
        UnitOfWorkHelper.doneSynchronizations(exchange, completions);
    }

    private static void forward(Exchange exchange) {
        event(exchange).beginSend();
        event(exchange).sendAccepted(true);
        end(exchange);
    }

    private static void fail(Exchange exchange) {
        exchange.setException(new IllegalStateException("content"));
        end(exchange);
    }

    @Test
    void anEventThatWasNeverBegunKeepsItsMessage() {
        Delivery delivery = deliveries.delivery("m");
        List<Object> elements = delivery.split(List.of(new Object(), new Object()));

        forward(begin(delivery, elements.get(0)));

        assertThat(delivery.isSettled()).isFalse();
        assertThat(deliveries.told).containsExactly(Outcome.FORWARDED);
    }

    @Test
    void whatAnEarlierDeliverySettledIsNotBegunAgain() {
        List<Object> elements = List.of(new Object(), new Object(), new Object());
        Delivery first = deliveries.delivery("m");
        first.split(elements);
        forward(begin(first, elements.get(0)));
        fail(begin(first, elements.get(1)));
        forward(begin(first, elements.get(2)));
        first.givenBack();
        deliveries.histories.remember(first);

        Delivery second = deliveries.delivery("m");

        assertThat(second.split(elements)).containsExactly(elements.get(1));
        forward(begin(second, elements.get(1)));
        assertThat(second.isSettled()).isTrue();
    }

    @Test
    void ofAMessageThatIsDeletedNothingIsRemembered() {
        Delivery first = deliveries.delivery("m");
        Object element = first.split(List.of(new Object())).get(0);
        forward(begin(first, element));
        deliveries.histories.remember(first);
        deliveries.histories.forget(first);

        assertThat(deliveries.delivery("m").split(List.of(element))).hasSize(1);
    }

    @Test
    void aStepThatChangedTheBodyAboveDoesNotChangeWhichEventItIs() {
        List<Object> elements = List.of(new Object(), new Object(), new Object());
        Delivery first = deliveries.delivery("m");
        first.split(elements);
        forward(begin(first, elements.get(0)));
        deliveries.histories.remember(first);
        Delivery second = deliveries.delivery("m");
        second.split(elements);
        Exchange changed = TestDeliveries.exchange();
        changed.getMessage().setBody("something else");
        changed.setProperty(ExchangePropertyKey.SPLIT_INDEX, 1);

        assertThat(second.begin(changed, "{}")).isTrue();

        assertThat(event(changed).place()).isEqualTo(2);
    }

    @Test
    void anEventIsBegunOnce() {
        Delivery delivery = deliveries.delivery("m");
        Object element = delivery.split(List.of(new Object())).get(0);
        begin(delivery, element);
        Exchange again = TestDeliveries.exchange();
        again.getMessage().setBody(element);

        assertThat(delivery.begin(again, "{}")).isFalse();
    }

    @Test
    void failuresWithoutAClaimAreCountedInThisProcessAndNotByDeliveries() {
        Delivery first = deliveries.delivery("m");
        Object element = first.split(List.of(new Object())).get(0);
        fail(begin(first, element));
        assertThat(first.givenBack()).isEqualTo(Optional.of(AGAIN));
        deliveries.histories.remember(first);

        Delivery second = deliveries.delivery("m");
        second.split(List.of(element));
        fail(begin(second, element));

        assertThat(second.unsentLetters(TestDeliveries.exchange())).hasSize(1);
    }

    @Test
    void anExhaustedEventWaitsForItsSiblingsAndKeepsItsCount() {
        List<Object> elements = List.of(new Object(), new Object());
        Delivery delivery = deliveries.delivery("m");
        delivery.split(elements);
        Exchange dead = begin(delivery, elements.get(0));
        event(dead)
                .failed(
                        new IllegalStateException("x"),
                        TestDeliveries.FAILURES.dead("ATTEMPTS_EXHAUSTED", new IllegalStateException("x"), true));
        end(dead);
        fail(begin(delivery, elements.get(1)));

        assertThat(delivery.unsentLetters(TestDeliveries.exchange())).isEmpty();
        delivery.givenBack();

        assertThat(delivery.history().failures(0)).isEqualTo(1);
        assertThat(deliveries.told).containsExactly(Outcome.RETURNED, Outcome.RETURNED);
    }

    @Test
    void aMessageThatAStepAboveTheSplitTakesOutIsFiltered() {
        Delivery delivery = deliveries.delivery("m");

        delivery.exchangeEnded(TestDeliveries.exchange());

        assertThat(deliveries.told).containsExactly(Outcome.FILTERED);
        assertThat(delivery.isSettled()).isTrue();
    }

    @Test
    void aMessageThatFailsAboveTheSplitFailsAsAWholeAndOnce() {
        Delivery delivery = deliveries.delivery("m");
        Exchange exchange = TestDeliveries.exchange();
        exchange.setException(new IllegalStateException("x"));

        delivery.failed(exchange.getException(), Optional.of(AGAIN));
        delivery.exchangeEnded(exchange);

        assertThat(deliveries.told).containsExactly(Outcome.RETURNED);
        assertThat(delivery.isSettled()).isFalse();
    }

    @Test
    void aSendThatFailsWhenNoExchangeIsLeftFailsTheEvent() {
        Delivery delivery = deliveries.delivery("m");
        Exchange exchange =
                begin(delivery, delivery.split(List.of(new Object())).get(0));
        event(exchange).beginSend();
        end(exchange);
        assertThat(deliveries.told).isEmpty();

        event(exchange).sendFailed(SdkClientException.create("gone"));

        assertThat(deliveries.told).containsExactly(Outcome.RETURNED);
    }

    @Test
    void whatAListenerThrowsIsLoggedAndChangesNothing() {
        Delivery delivery = TestDeliveries.delivery(
                "m",
                deliveries.pipeline(
                        (event, outcome) -> {
                            throw new StackOverflowError("content");
                        },
                        (event, outcome) -> deliveries.told.add(outcome)));
        try (LogLines log = new LogLines(Listeners.class, Level.WARN)) {
            forward(begin(delivery, delivery.split(List.of(new Object())).get(0)));

            assertThat(log.messages()).singleElement().satisfies(line -> assertThat(line)
                    .contains("StackOverflowError")
                    .doesNotContain("content"));
        }
        assertThat(deliveries.told).containsExactly(Outcome.FORWARDED);
        assertThat(delivery.isSettled()).isTrue();
    }
}
