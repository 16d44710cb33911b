package io.eventdedup.chaos;

import io.eventdedup.app.RouteFixture;
import io.eventdedup.local.EmbeddedAws;

/** The real route, with queues and a table of its own, that reaches each service through a proxy. */
final class ProxiedRoute implements AutoCloseable {

    final FaultProxy sqs;
    final FaultProxy dynamoDb;
    final RouteFixture fixture;

    ProxiedRoute(EmbeddedAws aws, long seed) {
        sqs = new FaultProxy(aws.sqsEndpoint(), seed);
        dynamoDb = new FaultProxy(aws.dynamoDbEndpoint(), seed + 1);
        fixture = new RouteFixture(aws, sqs.endpoint(), dynamoDb.endpoint());
    }

    @Override
    public void close() {
        fixture.close();
        sqs.close();
        dynamoDb.close();
    }
}
