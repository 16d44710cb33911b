package io.eventdedup.dynamodb;

import io.eventdedup.aws.FoundClient;
import org.apache.camel.support.service.ServiceSupport;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** What a started repository works with; stopped once, at the very end. */
final class Running extends ServiceSupport {

    private final FoundClient<DynamoDbClient> source;
    private final Claims claims;
    private final ExchangeClaims exchangeClaims;
    private final ClaimKeeper claimKeeper;
    private final RepositoryMetrics metrics;

    Running(
            FoundClient<DynamoDbClient> source,
            Claims claims,
            ExchangeClaims exchangeClaims,
            ClaimKeeper claimKeeper,
            RepositoryMetrics metrics) {
        this.source = source;
        this.claims = claims;
        this.exchangeClaims = exchangeClaims;
        this.claimKeeper = claimKeeper;
        this.metrics = metrics;
    }

    FoundClient<DynamoDbClient> source() {
        return source;
    }

    Claims claims() {
        return claims;
    }

    ExchangeClaims exchangeClaims() {
        return exchangeClaims;
    }

    ClaimKeeper claimKeeper() {
        return claimKeeper;
    }

    boolean isClosed() {
        return isStoppingOrStopped();
    }

    @Override
    protected void doStop() {
        claimKeeper.close();
        metrics.close();
        source.close();
    }
}
