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
 * Checks the table of a route when the route starts, so that an unusable table stops only this route under a supervising route controller.
 * (Camel starts the repositories of all routes before the first route. It calls this class just before it starts the consumer of each
 * route, and an exception then fails only that route.) Then each pipeline records its output queue in the table, so that there is a warning
 * if a pipeline with another output queue uses the same keys.
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

    /** Nothing depends on this record, so it must not delay or fail the start. */
    private static void remember(DedupSqsEndpoint endpoint, DynamoDbIdempotentRepository repository) {
        try {
            String output = endpoint.outputIdentity().toString();
            repository
                    .pipelineStarts(endpoint.keyPrefix(), output)
                    .ifPresentOrElse(
                            finding -> LOG.warn("{}", finding),
                            () -> LOG.debug(
                                    "Table {}: no other pipeline shares keys with the pipeline to {}",
                                    repository.getTable(),
                                    output));
        } catch (RuntimeException unknown) {
            LOG.debug("Table {} could not be checked for pipelines that share keys", repository.getTable(), unknown);
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
