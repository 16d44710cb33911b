package io.eventdedup.route;

import io.eventdedup.dynamodb.DynamoDbIdempotentRepository;
import java.util.Arrays;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.NamedNode;
import org.apache.camel.model.IdempotentConsumerDefinition;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteConfigurationDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.SplitDefinition;
import org.apache.camel.model.language.MethodCallExpression;
import org.apache.camel.spi.RoutePolicy;
import org.apache.camel.spi.RoutePolicyFactory;
import org.apache.camel.support.CamelContextHelper;
import org.apache.camel.support.PatternHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Checks each pipeline before it starts, and ignores all other routes. */
final class RouteCheck implements RoutePolicyFactory {

    private static final Logger LOG = LoggerFactory.getLogger(RouteCheck.class);

    private static final String SCHEME = "dedup-sqs:";

    @Override
    public RoutePolicy createRoutePolicy(CamelContext context, String routeId, NamedNode node) {
        if (node instanceof RouteDefinition route && isPipeline(route)) {
            requireConfiguration(
                    context,
                    subject(route, routeId, route.getInput().getLineNumber()),
                    route.getRouteConfigurationId());
            requireEager(context, route, routeId);
            StepRisks.in(route, context).forEach(risk -> LOG.warn("Route {}: {}", routeId, risk));
        }
        return null;
    }

    /** Whether a node belongs to a pipeline: its route has a {@code dedup-sqs} input, or both splits (a test may replace the input). */
    static boolean isPipeline(NamedNode node) {
        RouteDefinition route =
                node instanceof RouteDefinition itself ? itself : ProcessorDefinitionHelper.getRoute(node);
        return route != null
                && route.getInput() != null
                && (isInputOurs(route) || splitsBy(route, "dedupEvents") && splitsBy(route, "dedupDeadLetters"));
    }

    static boolean isInputOurs(RouteDefinition route) {
        return route.getInput().getEndpointUri().startsWith(SCHEME);
    }

    private static boolean splitsBy(RouteDefinition route, String bean) {
        return ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), SplitDefinition.class).stream()
                .map(split -> split.getExpression())
                .map(given -> given.getExpressionType() == null ? given : given.getExpressionType())
                .anyMatch(expression -> expression instanceof MethodCallExpression call && bean.equals(call.getRef()));
    }

    /** Without a route configuration, a failed event would be retried forever. */
    private static void requireConfiguration(CamelContext context, String subject, String named) {
        if (named == null) {
            throw new ConfigurationException(subject + " has no routeConfigurationId, so failed events would never"
                    + " be dead-lettered; add the line 'routeConfigurationId: dedup' below its id");
        }
        if (configurations(context, named).isEmpty()) {
            throw new ConfigurationException(
                    subject + " names the route configuration " + named
                            + ", which does not exist; write 'routeConfigurationId: dedup', or add a routeConfiguration with that id");
        }
    }

    /**
     * If it is not eager, Camel only looks up the key, and claims it after the event has been forwarded. So concurrent duplicates would all
     * be forwarded.
     */
    private static void requireEager(CamelContext context, RouteDefinition route, String routeId) {
        ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), IdempotentConsumerDefinition.class).stream()
                .filter(block -> Boolean.FALSE.equals(CamelContextHelper.parseBoolean(context, block.getEager())))
                .filter(block -> repository(context, block) instanceof DynamoDbIdempotentRepository)
                .findFirst()
                .ifPresent(block -> {
                    throw new ConfigurationException(subject(route, routeId, block.getLineNumber())
                            + ": idempotentConsumer with eager: false would claim the key of an event after forwarding it, so that"
                            + " duplicates in flight at the same time would all be forwarded; remove the option");
                });
    }

    private static Object repository(CamelContext context, IdempotentConsumerDefinition block) {
        return block.getIdempotentRepository() == null
                ? block.getIdempotentRepositoryBean()
                : CamelContextHelper.lookup(context, block.getIdempotentRepository());
    }

    /** The route configurations with these ids or patterns, separated by commas. */
    static List<RouteConfigurationDefinition> configurations(CamelContext context, String named) {
        String[] patterns = Arrays.stream(named.split(",")).map(String::trim).toArray(String[]::new);
        return ((ModelCamelContext) context)
                .getRouteConfigurationDefinitions().stream()
                        .filter(known -> known.getId() != null && PatternHelper.matchPatterns(known.getId(), patterns))
                        .toList();
    }

    private static String subject(RouteDefinition route, String routeId, int line) {
        return route.getResource() == null
                ? "Route " + routeId
                : "Route " + routeId + " (" + route.getResource().getLocation().replaceFirst("^(file|classpath):", "")
                        + ", line " + line + ")";
    }
}
