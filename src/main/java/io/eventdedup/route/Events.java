package io.eventdedup.route;

import io.eventdedup.event.Delivery;
import io.eventdedup.key.EventSplitter;
import io.eventdedup.key.IncomingEvent;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Handler;

/** The events of a message, the bean {@code dedupEvents}: the route's first split takes its list. */
public final class Events {

    private final EventSplitter splitter = new EventSplitter();

    Events() {}

    /**
     * The events in the body, except those that an earlier delivery of the message settled in this process. From now on the message
     * has ended only when each of them has.
     */
    // marked: else Camel asks all its type converters, at each call, for a Processor made of this bean
    @Handler
    public List<IncomingEvent> split(Exchange exchange) {
        List<IncomingEvent> events = splitter.split(exchange.getMessage().getBody(String.class));
        return Delivery.of(exchange).map(delivery -> delivery.split(events)).orElse(events);
    }
}
