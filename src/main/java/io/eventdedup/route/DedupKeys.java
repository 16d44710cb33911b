package io.eventdedup.route;

import io.eventdedup.event.Delivery;
import io.eventdedup.event.EventInFlight;
import io.eventdedup.key.EventKeyProcessor;
import io.eventdedup.key.EventKeyProcessor.KeyedEvent;
import io.eventdedup.key.IncomingEvent;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** The bean {@code dedupKeys}: computes the key of each event. */
final class DedupKeys implements Processor {

    private final EventKeyProcessor keys;

    DedupKeys(EventKeyProcessor keys) {
        this.keys = keys;
    }

    @Override
    public void process(Exchange exchange) {
        if (!begin(exchange)) {
            exchange.setRouteStop(true);
            return;
        }
        KeyedEvent known = keys.identify(exchange);
        EventInFlight.of(exchange)
                .ifPresent(event -> event.identify(known.key(), keys.rules().sketchOf(known.event())));
    }

    /** Begins the event, unless it has begun already. Returns false if this delivery or an earlier one has already handled it. */
    static boolean begin(Exchange exchange) {
        Optional<Delivery> delivery = Delivery.of(exchange);
        return delivery.isEmpty() || delivery.get().begin(exchange, letterBody(exchange));
    }

    private static String letterBody(Exchange exchange) {
        return exchange.getMessage().getBody() instanceof IncomingEvent incoming
                ? incoming.deadLetter()
                : exchange.getMessage().getBody(String.class);
    }
}
