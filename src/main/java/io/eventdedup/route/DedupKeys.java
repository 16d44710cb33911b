package io.eventdedup.route;

import io.eventdedup.dynamodb.Work;
import io.eventdedup.json.TimestampRounding;
import io.eventdedup.key.ContentSketch;
import io.eventdedup.key.EventKeyProcessor;
import io.eventdedup.key.IncomingEvent;
import io.eventdedup.key.UsableEvent;
import io.eventdedup.sqs.Copy;
import io.eventdedup.sqs.Delivery;
import io.eventdedup.sqs.EventInFlight;
import io.eventdedup.sqs.Failure;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
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
    private final Clock clock;

    DedupKeys(EventKeyProcessor keys, Failures failures, Clock clock) {
        this.keys = keys;
        this.failures = failures;
        this.clock = clock;
    }

    @Override
    public void process(Exchange exchange) {
        Optional<EventInFlight> begun = Delivery.of(exchange).map(delivery -> begin(exchange, delivery));
        UsableEvent known = keys.identify(exchange);
        begun.ifPresent(event -> {
            event.identify(identity(exchange, known));
            ContentSketch sketch = keys.rules().sketchOf(known);
            exchange.getExchangeExtension()
                    .setSafeCopyProperty(Work.PROPERTY, new WorkOnEvent(event, sketch, exchange.getExchangeId()));
        });
    }

    private EventInFlight begin(Exchange exchange, Delivery delivery) {
        Object body = exchange.getMessage().getBody();
        String original = body instanceof IncomingEvent incoming
                ? incoming.deadLetter()
                : exchange.getMessage().getBody(String.class);
        int index = exchange.getProperty(ExchangePropertyKey.SPLIT_INDEX, 0, int.class);
        EventInFlight event = delivery.begin(exchange, index, original);
        exchange.getExchangeExtension().addOnCompletion(new EndOfWork(event));
        exchange.getExchangeExtension().addOnCompletion(new EndOfOwnExchange(event));
        return event;
    }

    private static EventInFlight.Identity identity(Exchange exchange, UsableEvent event) {
        return new EventInFlight.Identity(
                exchange.getProperty(EventKeyProcessor.KEY, String.class),
                exchange.getProperty(EventKeyProcessor.RULE, String.class),
                exchange.getProperty(EventKeyProcessor.GROUP, String.class),
                exchange.getProperty(EventKeyProcessor.EVENT_TYPE, String.class),
                exchange.getProperty(EventKeyProcessor.KEY_FALLBACK, false, boolean.class),
                Optional.ofNullable(TimestampRounding.instantOf(event.envelope().get("time"))));
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
            failures.decideUnhandled(event, finished);
            event.ownExchangeEnds();
            failures.setResult(event, finished);
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
            failures.decideUnhandled(event, finished);
            awaitOwnExchange(event);
            failures.end(event, finished);
            failures.setResult(event, finished);
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
     * Tells the repository what an event says and how the work on its key ended, and compares a copy with its original.
     */
    private final class WorkOnEvent implements Work {

        private final EventInFlight event;
        private final ContentSketch sketch;
        private final String exchangeId;

        WorkOnEvent(EventInFlight event, ContentSketch sketch, String exchangeId) {
            this.event = event;
            this.sketch = sketch;
            this.exchangeId = exchangeId;
        }

        @Override
        public byte[] content() {
            return sketch.toBytes();
        }

        @Override
        public void duplicateOf(Original original) {
            event.foundCopy(compare(original));
        }

        private Copy compare(Original original) {
            Optional<Duration> gap = original.processedAt().map(at -> Duration.between(at, clock.instant()));
            if (original.content().length == 0) {
                return new Copy(Copy.Content.UNKNOWN, List.of(), gap);
            }
            return sketch.isSame(original.content())
                    ? new Copy(Copy.Content.SAME, List.of(), gap)
                    : new Copy(Copy.Content.DIFFERS, sketch.differences(original.content()), gap);
        }

        @Override
        public void claimed(int failuresBefore) {
            event.claimed(failuresBefore);
        }

        @Override
        public Verdict verdict(Exchange done) {
            failures.decideUnhandled(event, done);
            if (!done.getExchangeId().equals(exchangeId)) {
                awaitOwnExchange(event);
            }
            // a later failure, in an exchange that nobody waits for, cannot change the outcome any more
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
