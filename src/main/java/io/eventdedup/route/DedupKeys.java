package io.eventdedup.route;

import io.eventdedup.dynamodb.Work;
import io.eventdedup.key.EventKeyProcessor;
import io.eventdedup.key.IncomingEvent;
import io.eventdedup.sqs.Delivery;
import io.eventdedup.sqs.EventInFlight;
import io.eventdedup.sqs.Failure;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.Processor;
import org.apache.camel.SafeCopyProperty;
import org.apache.camel.support.SynchronizationAdapter;

/**
 * The first step of each event, the bean {@code dedupKeys}: gives it its key, and from there on sees to it that it ends once.
 * Its end is that of its exchange, or of the exchange that takes over its completion on another thread.
 */
final class DedupKeys implements Processor {

    private final EventKeyProcessor keys;
    private final Failures failures;

    DedupKeys(EventKeyProcessor keys, Failures failures) {
        this.keys = keys;
        this.failures = failures;
    }

    @Override
    public void process(Exchange exchange) {
        Optional<EventInFlight> begun = Delivery.of(exchange).map(delivery -> begin(exchange, delivery));
        keys.process(exchange);
        begun.ifPresent(event -> event.identify(identity(exchange)));
    }

    private EventInFlight begin(Exchange exchange, Delivery delivery) {
        Object body = exchange.getMessage().getBody();
        String original = body instanceof IncomingEvent incoming
                ? incoming.deadLetter()
                : exchange.getMessage().getBody(String.class);
        int index = exchange.getProperty(ExchangePropertyKey.SPLIT_INDEX, 0, int.class);
        EventInFlight event = delivery.begin(exchange, index, original);
        exchange.getExchangeExtension()
                .setSafeCopyProperty(Work.PROPERTY, new WorkOnEvent(event, failures, exchange.getExchangeId()));
        exchange.getExchangeExtension().addOnCompletion(new EndOfWork(event));
        exchange.getExchangeExtension().addOnCompletion(new EndOfOwnExchange(event));
        return event;
    }

    private static EventInFlight.Identity identity(Exchange exchange) {
        return new EventInFlight.Identity(
                exchange.getProperty(EventKeyProcessor.KEY, String.class),
                exchange.getProperty(EventKeyProcessor.RULE, String.class),
                exchange.getProperty(EventKeyProcessor.GROUP, String.class),
                exchange.getProperty(EventKeyProcessor.EVENT_TYPE, String.class),
                exchange.getProperty(EventKeyProcessor.KEY_FALLBACK, false, boolean.class));
    }

    /** Stays with the event's own exchange, also when a step hands its other completions over to another thread. */
    private final class EndOfOwnExchange extends SynchronizationAdapter {

        private final EventInFlight event;

        EndOfOwnExchange(EventInFlight event) {
            this.event = event;
        }

        @Override
        public boolean allowHandover() {
            return false;
        }

        @Override
        public void onDone(Exchange finished) {
            failures.note(event, finished);
            event.ownExchangeEnds();
            failures.show(event, finished);
        }
    }

    /** Runs at the end of the event's exchange, or of the one that has taken its completions over. */
    private final class EndOfWork extends SynchronizationAdapter {

        private final EventInFlight event;

        EndOfWork(EventInFlight event) {
            this.event = event;
        }

        @Override
        public void onDone(Exchange finished) {
            failures.note(event, finished);
            awaitOwnExchange(event);
            failures.end(event, finished);
            failures.show(event, finished);
        }
    }

    private static void awaitOwnExchange(EventInFlight event) {
        try {
            event.awaitOwnExchange();
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Tells the repository how the work on an event's key ended.
     *
     * @param exchangeId the event's own exchange
     */
    private record WorkOnEvent(EventInFlight event, Failures failures, String exchangeId) implements Work {

        @Override
        public void claimed(int failuresBefore) {
            event.claimed(failuresBefore);
        }

        @Override
        public Verdict verdict(Exchange done) {
            failures.note(event, done);
            if (!done.getExchangeId().equals(exchangeId)) {
                awaitOwnExchange(event);
            }
            // what fails from here on, in a copy that nobody waits for, comes too late to change it
            failures.end(event, done);
            if (event.isForwarded() || event.failure().isEmpty()) {
                return Verdict.DONE;
            }
            return event.failure().get() instanceof Failure.Again again && again.attempt()
                    ? Verdict.FAILED
                    : Verdict.FORGET;
        }

        /** Shared, not copied. */
        @Override
        public SafeCopyProperty safeCopy() {
            return this;
        }
    }
}
