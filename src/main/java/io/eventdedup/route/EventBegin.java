package io.eventdedup.route;

import io.eventdedup.key.IncomingEvent;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.SplitDefinition;
import org.apache.camel.spi.InterceptStrategy;
import org.apache.camel.support.processor.DelegateAsyncProcessor;

/**
 * Begins with each event at the first step of the split that hands it out, so that what a step above {@code dedupKeys} does to it
 * (fails, filters, stops) belongs to the event. Every other node, and every other route, stays as it is.
 */
final class EventBegin implements InterceptStrategy {

    @Override
    public Processor wrapProcessorInInterceptors(
            CamelContext context, NamedNode definition, Processor target, Processor nextTarget) {
        return isFirstInSplit(definition) && RouteCheck.isPipeline(definition) ? new Begin(target) : target;
    }

    private static boolean isFirstInSplit(NamedNode node) {
        return node instanceof ProcessorDefinition<?> definition
                && definition.getParent() instanceof SplitDefinition split
                && !split.getOutputs().isEmpty()
                && split.getOutputs().get(0) == definition;
    }

    /** Passes on what another split hands out. */
    private static final class Begin extends DelegateAsyncProcessor {

        Begin(Processor target) {
            super(target);
        }

        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
            if (exchange.getMessage().getBody() instanceof IncomingEvent && !DedupKeys.begin(exchange)) {
                exchange.setRouteStop(true);
                callback.done(true);
                return true;
            }
            return super.process(exchange, callback);
        }
    }
}
