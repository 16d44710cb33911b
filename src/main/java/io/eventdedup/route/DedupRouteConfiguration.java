package io.eventdedup.route;

import io.eventdedup.event.EventInFlight;
import io.eventdedup.sqs.QueuePipeline;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.builder.RouteConfigurationBuilder;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.ModelLifecycleStrategySupport;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.RoutesDefinition;
import org.apache.camel.support.ExpressionAdapter;

/**
 * The route configuration {@code dedup}: handles the failures of the pipelines. It has an id, so it does not affect routes that do not name
 * it, and its own error handler, so that of the application does not affect pipelines. src/docs/failures.md shows the same in YAML.
 */
final class DedupRouteConfiguration extends RouteConfigurationBuilder {

    static final String ID = "dedup";

    private final DedupParts parts;

    DedupRouteConfiguration(DedupParts parts) {
        this.parts = parts;
    }

    /**
     * Adds the configuration unless it exists already. A context that builds itself in its constructor, such as
     * {@code new DefaultCamelContext()}, loses what is added before the constructor returns. It gets the configuration when it is
     * initialized, and the routes that exist by then are prepared again.
     */
    void addTo(CamelContext context) {
        ModelCamelContext model = (ModelCamelContext) context;
        try {
            if (model.getRouteConfigurationDefinition(ID) == null) {
                context.addRoutesConfigurations(this);
                for (RouteDefinition route : model.getRouteDefinitions()) {
                    if (route.getRouteConfigurationId() != null && route.isPrepared()) {
                        prepareAgain(route, context);
                    }
                }
            }
        } catch (Exception e) {
            throw new IllegalStateException("The route configuration 'dedup' cannot be added", e);
        }
    }

    /** Applies it to pipelines that are created from templates, such as Kamelets: Camel drops the configuration that a template names. */
    void addToTemplates(CamelContext context) {
        ((ModelCamelContext) context).addModelLifecycleStrategy(new ModelLifecycleStrategySupport() {
            @Override
            public void onAddRouteDefinition(RouteDefinition route) {
                if (Boolean.TRUE.equals(route.isTemplate())
                        && route.getRouteConfigurationId() == null
                        && RouteCheck.isPipeline(route)) {
                    route.setRouteConfigurationId(ID);
                    prepareAgain(route, context);
                }
            }
        });
    }

    private static void prepareAgain(RouteDefinition route, CamelContext context) {
        RoutesDefinition routes = new RoutesDefinition();
        routes.setCamelContext(context);
        route.markUnprepared();
        routes.prepareRoute(route);
        route.markPrepared();
    }

    @Override
    public void configuration() {
        // set here and not in onException, where Camel would parse the redelivery policy again at every failure
        routeConfiguration(ID)
                .errorHandler(defaultErrorHandler().maximumRedeliveries(0).logExhausted(false))
                .onException(Throwable.class)
                .handled(exchange -> parts.failures().isDead(exchange))
                .process(exchange -> parts.failures().decide(exchange))
                .split(letters())
                .recipientList(deadLetterQueue())
                .end();
    }

    /** The dead-letter queue of the event's pipeline. */
    private static Expression deadLetterQueue() {
        return new ExpressionAdapter() {
            @Override
            public Object evaluate(Exchange exchange) {
                return EventInFlight.ofLetter(exchange)
                        .map(event -> (QueuePipeline) event.delivery().pipeline())
                        .map(pipeline -> "dedup-sqs:" + pipeline.deadLetterQueue())
                        .orElseThrow();
            }
        };
    }

    private Expression letters() {
        return new ExpressionAdapter() {
            @Override
            public Object evaluate(Exchange exchange) {
                return parts.failures().lettersOfWholeMessage(exchange);
            }
        };
    }
}
