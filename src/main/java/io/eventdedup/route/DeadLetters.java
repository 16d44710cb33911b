package io.eventdedup.route;

import io.eventdedup.event.Delivery;
import java.util.List;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Handler;
import org.apache.camel.Message;

/** The bean {@code dedupDeadLetters}: lists the dead letters of a message for the second split of the route. */
public final class DeadLetters {

    DeadLetters() {}

    /**
     * Waits until every event of the message has ended, then returns the dead letters, each as a message with its attributes as headers.
     * Returns none if an event has to be retried, because then the whole message comes again.
     *
     * @throws InterruptedException if the thread is interrupted
     */
    // without this annotation, Camel looks at each call for a type converter from this bean to Processor
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
