package io.eventdedup.route;

import io.eventdedup.dynamodb.DynamoDbIdempotentRepository;
import io.eventdedup.sqs.EventInFlight;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The repository of {@code dedup.mode=observe}: claims and confirms as always, but a copy of an event is let through, marked. A
 * copy has no claim, so its end changes nothing in the table.
 */
final class ObservingRepository extends DynamoDbIdempotentRepository {

    private static final Logger LOG = LoggerFactory.getLogger(ObservingRepository.class);

    ObservingRepository() {
        LOG.warn("dedup.mode is observe: copies are forwarded too, with the message attribute dedupCopy");
    }

    @Override
    public boolean add(Exchange exchange, String key) {
        return super.add(exchange, key)
                || EventInFlight.of(exchange).map(EventInFlight::observeCopy).orElse(false);
    }
}
