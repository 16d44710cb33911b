package io.eventdedup.route;

import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.Predicate;
import org.apache.camel.builder.RouteConfigurationBuilder;
import org.apache.camel.model.OnExceptionDefinition;
import org.apache.camel.model.RouteConfigurationDefinition;
import org.apache.camel.support.ExpressionAdapter;

/**
 * The route configuration {@code dedup}: what goes wrong, and where it ends. It has an id, so it catches nothing of routes that
 * do not name it, and an error handler of its own, so the estate's does not touch ours. src/docs/failures.md has the same in
 * YAML, to be edited.
 */
final class DedupRouteConfiguration extends RouteConfigurationBuilder {

    static final String ID = "dedup";
    static final String ATTEMPTS_EXHAUSTED = "ATTEMPTS_EXHAUSTED";

    private final DedupParts parts;

    DedupRouteConfiguration(DedupParts parts) {
        this.parts = parts;
    }

    private interface Question {
        boolean ask(Failures failures, Exchange exchange);
    }

    private interface Action {
        void run(Failures failures, Exchange exchange);
    }

    @Override
    public void configuration() {
        // set here and not in each handler: Camel reads a handler's redelivery policy from its texts again at every
        // failure
        RouteConfigurationDefinition dedup = routeConfiguration(ID)
                .errorHandler(defaultErrorHandler().maximumRedeliveries(0).logExhausted(false));
        settled(dedup, Failures::isUnusable).process(does(Failures::deadLetterUnusable));
        comesAgain(dedup, Failures::isInProgress);
        comesAgain(dedup, Failures::isOutage);
        settled(dedup, Failures::isRejected)
                .process(does((failures, exchange) -> failures.deadLetter(exchange, "FORWARD_REJECTED")));
        settled(dedup, Failures::isExhausted)
                .process(does((failures, exchange) -> failures.deadLetter(exchange, ATTEMPTS_EXHAUSTED)))
                .split(letters())
                .to("dedup-sqs:{{dedup.dead-letter-queue}}")
                .end();
        comesAgain(dedup, (failures, exchange) -> true);
    }

    private OnExceptionDefinition settled(RouteConfigurationDefinition dedup, Question question) {
        return handler(dedup, question).handled(true);
    }

    private void comesAgain(RouteConfigurationDefinition dedup, Question question) {
        handler(dedup, question).handled(false).process(does(Failures::again));
    }

    private OnExceptionDefinition handler(RouteConfigurationDefinition dedup, Question question) {
        Predicate asks = exchange -> question.ask(parts.failures(), exchange);
        return dedup.onException(Throwable.class).onWhen(asks);
    }

    private org.apache.camel.Processor does(Action action) {
        return exchange -> action.run(parts.failures(), exchange);
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
