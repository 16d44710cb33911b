package io.eventdedup.route;

import io.eventdedup.event.Delivery;
import io.eventdedup.event.EventInFlight;
import io.eventdedup.event.StepRejectedException;
import io.eventdedup.event.StepUnavailableException;
import io.eventdedup.key.IncomingEvent;
import io.eventdedup.sqs.DedupSqsComponent;
import java.util.Optional;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.model.CatchDefinition;
import org.apache.camel.model.CircuitBreakerDefinition;
import org.apache.camel.model.FinallyDefinition;
import org.apache.camel.model.IdempotentConsumerDefinition;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.RollbackDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.SplitDefinition;
import org.apache.camel.model.ThrowExceptionDefinition;
import org.apache.camel.model.TryDefinition;
import org.apache.camel.spi.InterceptStrategy;
import org.apache.camel.support.processor.DelegateAsyncProcessor;

/**
 * Follows each event through the nodes of its route. The nodes of routes that are not pipelines are not changed.
 *
 * <ul>
 *   <li>At the first step of a route whose input is not a {@code dedup-sqs} endpoint, as in a test that replaces it, the message begins.
 *   <li>At the first step of the split, an event begins. So if a step before {@code dedupKeys} fails, filters or stops, this happens to the
 *       event.
 *   <li>At each step, it is recorded whether the event passed or failed. A step that is unavailable is not run.
 *   <li>After the last step of the {@code idempotentConsumer} block, the event has reached the end of the block.
 * </ul>
 */
final class PipelineNodes implements InterceptStrategy {

    @Override
    public Processor wrapProcessorInInterceptors(
            CamelContext context, NamedNode node, Processor target, Processor nextTarget) {
        if (!(node instanceof ProcessorDefinition<?> definition) || !RouteCheck.isPipeline(node)) {
            return target;
        }
        ProcessorDefinition<?> step = stepThatFailsWith(definition);
        Processor wrapped = step == definition ? new Step(definition, target) : new FailureOf(step, target);
        if (definition.getParent() instanceof IdempotentConsumerDefinition block && isLast(definition, block)) {
            wrapped = new EndOfBlock(wrapped);
        }
        if (definition.getParent() instanceof SplitDefinition split && isFirst(definition, split)) {
            wrapped = new Begin(wrapped);
        }
        if (definition.getParent() instanceof RouteDefinition route && !RouteCheck.isInputOurs(route)) {
            wrapped = new Receive(context, route.getRouteId(), wrapped);
        }
        return wrapped;
    }

    /**
     * The step to which a failure of this node belongs. A node that always fails belongs to the step around it, such as a filter, which
     * other events pass. A circuitBreaker fails as a whole, because an open one fails without running its steps.
     */
    private static ProcessorDefinition<?> stepThatFailsWith(ProcessorDefinition<?> definition) {
        ProcessorDefinition<?> step = definition;
        if (definition instanceof ThrowExceptionDefinition || definition instanceof RollbackDefinition) {
            do {
                step = step.getParent();
            } while (isPartOfTry(step));
        }
        for (ProcessorDefinition<?> around = step.getParent(); around != null; around = around.getParent()) {
            if (around instanceof CircuitBreakerDefinition) {
                step = around;
            }
        }
        return step;
    }

    /** Camel does not call interceptors for doTry and its branches. */
    private static boolean isPartOfTry(ProcessorDefinition<?> definition) {
        return definition instanceof TryDefinition
                || definition instanceof CatchDefinition
                || definition instanceof FinallyDefinition;
    }

    private static boolean isFirst(ProcessorDefinition<?> child, ProcessorDefinition<?> parent) {
        return !parent.getOutputs().isEmpty() && parent.getOutputs().get(0) == child;
    }

    private static boolean isLast(ProcessorDefinition<?> child, ProcessorDefinition<?> parent) {
        int size = parent.getOutputs().size();
        return size > 0 && parent.getOutputs().get(size - 1) == child;
    }

    /** Replaces the consumer that the route does not have. */
    private static final class Receive extends DelegateAsyncProcessor {

        private final CamelContext context;
        private final String route;

        Receive(CamelContext context, String route, Processor target) {
            super(target);
            this.context = context;
            this.route = route;
        }

        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
            if (Delivery.of(exchange).isEmpty()) {
                new Delivery(
                                exchange.getExchangeId(),
                                exchange.getMessage().getBody(String.class),
                                1,
                                Optional.empty(),
                                context.getComponent("dedup-sqs", DedupSqsComponent.class)
                                        .pipelineWithoutInput(route))
                        .putOn(exchange);
            }
            return super.process(exchange, callback);
        }
    }

    /** Begins the event; exchanges of other splits pass unchanged. */
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

    private static final class Step extends DelegateAsyncProcessor {

        private final NamedNode definition;

        Step(NamedNode definition, Processor target) {
            super(target);
            this.definition = definition;
        }

        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
            Optional<EventInFlight> event = EventInFlight.of(exchange);
            return event.isEmpty()
                    ? super.process(exchange, callback)
                    : process(exchange, event.get(), definition.getId(), callback);
        }

        private boolean process(Exchange exchange, EventInFlight event, String step, AsyncCallback callback) {
            try {
                event.enters(step);
            } catch (StepUnavailableException denied) {
                exchange.setException(denied);
                callback.done(true);
                return true;
            }
            boolean completes = event.isCompletedBy(exchange);
            return super.process(exchange, doneSync -> {
                if (exchange.getException() == null && definition instanceof CircuitBreakerDefinition) {
                    StepRejectedException.of(exchange).ifPresent(exchange::setException);
                }
                event.leaves(step, exchange, completes && !event.isCompletedBy(exchange));
                callback.done(doneSync);
            });
        }
    }

    /** Records a failure of this node as a failure of the step around it. */
    private static final class FailureOf extends DelegateAsyncProcessor {

        private final NamedNode step;

        FailureOf(NamedNode step, Processor target) {
            super(target);
            this.step = step;
        }

        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
            return super.process(exchange, doneSync -> {
                EventInFlight.of(exchange).ifPresent(event -> event.failsAt(step.getId(), exchange));
                callback.done(doneSync);
            });
        }
    }

    private static final class EndOfBlock extends DelegateAsyncProcessor {

        EndOfBlock(Processor target) {
            super(target);
        }

        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
            return super.process(exchange, doneSync -> {
                if (exchange.getException() == null && !exchange.isRouteStop() && !exchange.isRollbackOnly()) {
                    EventInFlight.of(exchange).ifPresent(EventInFlight::passesBlock);
                }
                callback.done(doneSync);
            });
        }
    }
}
