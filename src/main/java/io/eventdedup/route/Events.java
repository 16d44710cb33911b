package io.eventdedup.route;

import io.eventdedup.event.Delivery;
import io.eventdedup.key.EventSplitter;
import io.eventdedup.key.IncomingEvent;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Handler;

/** The bean {@code dedupEvents}: lists the events of a message for the first split of the route. */
public final class Events {

    private final EventSplitter splitter = new EventSplitter();

    Events() {}

    /**
     * The events in the body, except those that an earlier delivery of the message has settled in this process. From now on, the message
     * has ended only when each of them has.
     */
    // without this annotation, Camel looks at each call for a type converter from this bean to Processor
    @Handler
    public List<IncomingEvent> split(Exchange exchange) {
        List<IncomingEvent> events = splitter.split(exchange.getMessage().getBody(String.class));
        return Delivery.of(exchange).map(delivery -> delivery.split(events)).orElse(events);
    }
}
