package io.eventdedup.dynamodb;

import org.apache.camel.support.service.ServiceSupport;

/** What a started repository works with; stopped once, at the very end. */
final class Running extends ServiceSupport {

    private final DynamoDbClients.Source source;
    private final ClaimProtocol protocol;
    private final ClaimStore store;
    private final FinishedKeys finished;
    private final Claims claims;
    private final Upkeep upkeep;
    private final RepositoryMetrics metrics;

    Running(
            DynamoDbClients.Source source,
            ClaimProtocol protocol,
            ClaimStore store,
            FinishedKeys finished,
            Claims claims,
            Upkeep upkeep,
            RepositoryMetrics metrics) {
        this.source = source;
        this.protocol = protocol;
        this.store = store;
        this.finished = finished;
        this.claims = claims;
        this.upkeep = upkeep;
        this.metrics = metrics;
    }

    DynamoDbClients.Source source() {
        return source;
    }

    ClaimProtocol protocol() {
        return protocol;
    }

    ClaimStore store() {
        return store;
    }

    FinishedKeys finished() {
        return finished;
    }

    Claims claims() {
        return claims;
    }

    Upkeep upkeep() {
        return upkeep;
    }

    boolean isClosed() {
        return isStoppingOrStopped();
    }

    @Override
    protected void doStop() {
        upkeep.close();
        metrics.close();
        if (source.own()) {
            source.client().close();
        }
    }
}
