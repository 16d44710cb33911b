package io.eventdedup.event;

import io.eventdedup.claim.TestClock;
import java.time.Clock;
import java.time.Instant;
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

    final List<String> stops = new ArrayList<>();
    final List<String> proofs = new ArrayList<>();
    final List<Outcome> told = new ArrayList<>();
    final TestClock clock = new TestClock(Instant.parse("2026-03-01T12:00:00Z"));
    final Pipeline pipeline = pipeline((event, outcome) -> told.add(outcome));
    final Histories histories = pipeline.histories();
    boolean sendsToOutput = true;

    /** With no message yet. */
    public TestDeliveries() {}

    /** A first delivery of a message that holds one event, which has begun. */
    public static EventInFlight event(String messageId) {
        Exchange exchange = exchange();
        new TestDeliveries().delivery(messageId).begin(exchange, "{}");
        return EventInFlight.of(exchange).orElseThrow();
    }

    Delivery delivery(String messageId) {
        return delivery(messageId, pipeline);
    }

    static Delivery delivery(String messageId, Pipeline pipeline) {
        return new Delivery(messageId, "{}", 1, Optional.empty(), pipeline);
    }

    Pipeline pipeline(EventListener... listeners) {
        return new Pipeline(
                "dedup",
                "",
                FAILURES,
                new Listeners(listeners),
                new Steps(3, clock),
                new Polling() {
                    @Override
                    public void stop(Throwable cause, String proof) {
                        stops.add(cause.getMessage() + " / " + proof);
                    }

                    @Override
                    public void proved(String proof) {
                        proofs.add(proof);
                    }
                },
                () -> sendsToOutput);
    }

    static Exchange exchange() {
        return new DefaultExchange(CONTEXT);
    }
}
