package io.eventdedup.route;

import io.eventdedup.dynamodb.DynamoDbIdempotentRepository;
import io.eventdedup.sqs.DedupSqsEndpoint;
import java.util.HashSet;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.Consumer;
import org.apache.camel.Navigate;
import org.apache.camel.Route;
import org.apache.camel.Service;
import org.apache.camel.processor.idempotent.IdempotentConsumer;
import org.apache.camel.support.LifecycleStrategySupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a route that uses our repository look at the table as it starts, so that a table that cannot be used stops this route, and
 * under a supervising route controller no other. Camel starts the repositories of all routes before the first of them; it tells
 * of the consumer of each as that is about to start, and a failure then is the failure of that route. Then each pipeline leaves its
 * output queue in the table, so that one with another output and the same keys is warned of.
 */
final class TableChecks extends LifecycleStrategySupport {

    private static final Logger LOG = LoggerFactory.getLogger(TableChecks.class);

    @Override
    public void onServiceAdd(CamelContext context, Service service, Route route) {
        if (route == null) {
            return;
        }
        if (service instanceof DynamoDbIdempotentRepository repository) {
            repository.leaveTableCheckToRoutes();
        } else if (service instanceof Consumer) {
            Set<DynamoDbIdempotentRepository> used = new HashSet<>();
            collect(route.navigate(), used);
            used.forEach(DynamoDbIdempotentRepository::requireTable);
            if (route.getEndpoint() instanceof DedupSqsEndpoint endpoint) {
                context.getExecutorServiceManager()
                        .newThread("dedup-table", () -> used.forEach(repository -> remember(endpoint, repository)))
                        .start();
            }
        }
    }

    /** Nothing depends on it, so it neither delays the start nor fails it. */
    private static void remember(DedupSqsEndpoint endpoint, DynamoDbIdempotentRepository repository) {
        try {
            String output = endpoint.outputIdentity().toString();
            repository
                    .pipelineStarts(endpoint.keyPrefix(), output)
                    .ifPresentOrElse(
                            finding -> LOG.warn("{}", finding),
                            () -> LOG.debug(
                                    "Table {}: no other pipeline has the keys of that to {}",
                                    repository.getTable(),
                                    output));
        } catch (RuntimeException unknown) {
            LOG.debug("Whether other pipelines use table {} is not known", repository.getTable(), unknown);
        }
    }

    private static void collect(Navigate<?> from, Set<DynamoDbIdempotentRepository> used) {
        if (from == null || !from.hasNext()) {
            return;
        }
        for (Object next : from.next()) {
            if (next instanceof IdempotentConsumer consumer
                    && consumer.getIdempotentRepository() instanceof DynamoDbIdempotentRepository repository) {
                used.add(repository);
            }
            if (next instanceof Navigate<?> further) {
                collect(further, used);
            }
        }
    }
}
