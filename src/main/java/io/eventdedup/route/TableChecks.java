package io.eventdedup.route;

import io.eventdedup.dynamodb.DynamoDbIdempotentRepository;
import java.util.HashSet;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.Consumer;
import org.apache.camel.Navigate;
import org.apache.camel.Route;
import org.apache.camel.Service;
import org.apache.camel.processor.idempotent.IdempotentConsumer;
import org.apache.camel.support.LifecycleStrategySupport;

/**
 * Lets a route that uses our repository look at the table as it starts, so that a table that cannot be used stops this route, and
 * under a supervising route controller no other. Camel starts the repositories of all routes before the first of them; it tells
 * of the consumer of each as that is about to start, and a failure then is the failure of that route.
 */
final class TableChecks extends LifecycleStrategySupport {

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
