package io.eventdedup.event;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;

/** Deliveries without a queue. */
public final class TestDeliveries {

    private static final DefaultCamelContext CONTEXT = new DefaultCamelContext();

    /** Dead-letters at the second attempt. */
    static final FailureTable FAILURES = new FailureTable(2, Clock.systemUTC(), new ReturnDelay(() -> 0));

    final Histories histories = new Histories();
    final List<Throwable> outages = new ArrayList<>();
    final List<Outcome> told = new ArrayList<>();

    /** With no message yet. */
    public TestDeliveries() {}

    /** A first delivery of a message that holds one event, which has begun. */
    public static EventInFlight event(String messageId) {
        Exchange exchange = exchange();
        new TestDeliveries().delivery(messageId).begin(exchange, "{}");
        return EventInFlight.of(exchange).orElseThrow();
    }

    Delivery delivery(String messageId) {
        return new Delivery(
                messageId,
                "{}",
                1,
                Optional.empty(),
                histories,
                outages::add,
                FAILURES,
                new Listeners((event, outcome) -> told.add(outcome)));
    }

    static Exchange exchange() {
        return new DefaultExchange(CONTEXT);
    }
}
