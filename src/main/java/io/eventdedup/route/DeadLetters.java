package io.eventdedup.route;

import io.eventdedup.event.Delivery;
import java.util.List;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Handler;
import org.apache.camel.Message;

/** The dead letters of a message, the bean {@code dedupDeadLetters}: the route's second split takes its list. */
public final class DeadLetters {

    DeadLetters() {}

    /**
     * The dead letters, each as a message with its attributes as headers. Waits until every event of the message has ended.
     * None while an event has to come again: the message comes again with it.
     *
     * @throws InterruptedException if the thread is told to stop
     */
    // marked: else Camel asks all its type converters, at each call, for a Processor made of this bean
    @Handler
    public List<Message> letters(Exchange exchange) throws InterruptedException {
        Optional<Delivery> delivery = Delivery.of(exchange);
        if (delivery.isEmpty()) {
            throw new IllegalStateException(
                    "dedupDeadLetters needs a route whose input is a dedup-sqs endpoint, or whose first split is by dedupEvents");
        }
        delivery.get().awaitEvents();
        return delivery.get().unsentLetters(exchange);
    }
}
