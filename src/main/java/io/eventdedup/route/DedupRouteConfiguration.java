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
 * The route configuration {@code dedup}: what goes wrong, and where it ends. It has an id, so it catches nothing of routes that
 * do not name it, and an error handler of its own, so the estate's does not touch ours. src/docs/failures.md has the same in
 * YAML, to be edited.
 */
final class DedupRouteConfiguration extends RouteConfigurationBuilder {

    static final String ID = "dedup";

    private final DedupParts parts;

    DedupRouteConfiguration(DedupParts parts) {
        this.parts = parts;
    }

    /**
     * Adds it unless it is there. A context that builds itself in its constructor, as {@code new DefaultCamelContext()} does, loses
     * what is added before its end: such a context gets it when it is initialized, and the routes that it has by then with it.
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

    /** Lets pipelines that are made of templates, as Kamelets are, have it: Camel drops the configuration that a template names. */
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
        // set here and not in the handler: Camel reads a handler's redelivery policy from its texts again at every
        // failure
        routeConfiguration(ID)
                .errorHandler(defaultErrorHandler().maximumRedeliveries(0).logExhausted(false))
                .onException(Throwable.class)
                .handled(exchange -> parts.failures().isDead(exchange))
                .process(exchange -> parts.failures().decide(exchange))
                .split(letters())
                .recipientList(deadLetterQueue())
                .end();
    }

    /** Each pipeline has its own. */
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
