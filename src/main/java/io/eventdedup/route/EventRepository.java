package io.eventdedup.route;

import io.eventdedup.dynamodb.DynamoDbIdempotentRepository;
import io.eventdedup.event.EventInFlight;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bean {@code dedupRepository}, the repository of the route. The claim on a key belongs to the event, and the event ends the claim, not
 * Camel. With {@code dedup.mode=observe}, a duplicate continues with a mark; it has no claim, so its end does not change the table. For an
 * exchange without an event, this is an ordinary repository.
 */
final class EventRepository extends DynamoDbIdempotentRepository {

    private static final Logger LOG = LoggerFactory.getLogger(EventRepository.class);

    private final boolean observes;

    EventRepository(boolean observes) {
        this.observes = observes;
        if (observes) {
            LOG.warn("dedup.mode is observe: duplicates are forwarded too, with the message attribute dedupCopy");
        }
    }

    private static String keyPrefix(EventInFlight event) {
        return event.delivery().pipeline().keyPrefix();
    }

    @Override
    public boolean add(Exchange exchange, String key) {
        Optional<EventInFlight> event = EventInFlight.of(exchange);
        return event.isEmpty()
                ? super.add(exchange, key)
                : event.get()
                        .admitted(
                                takeOver(
                                        exchange,
                                        keyPrefix(event.get()) + key,
                                        event.get().content()),
                                observes,
                                getClock().instant());
    }
}
