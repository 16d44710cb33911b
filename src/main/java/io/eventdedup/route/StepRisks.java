package io.eventdedup.route;

import java.util.ArrayList;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.model.AggregateDefinition;
import org.apache.camel.model.CatchDefinition;
import org.apache.camel.model.OnExceptionDefinition;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.ResequenceDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.TryDefinition;

/**
 * Finds the steps of a route that can lose an event whatever the component does, because they end its exchange early or hide its failure.
 * Each is described in one line: the step, the risk, and what to use instead.
 */
final class StepRisks {

    private StepRisks() {}

    static List<String> in(RouteDefinition route, CamelContext context) {
        List<String> risks = new ArrayList<>();
        route.getOutputs().forEach(step -> collect(step, risks));
        RouteCheck.configurations(context, route.getRouteConfigurationId()).stream()
                .flatMap(configuration -> configuration.getOnExceptions().stream())
                .filter(StepRisks::continues)
                .forEach(
                        handler -> risks.add(
                                "onException with continued hides failures, and the event continues after the failed"
                                        + " step; risk: it is forwarded although a step failed. Use handled, or remove the handler"));
        return risks;
    }

    private static boolean continues(OnExceptionDefinition handler) {
        return handler.getContinued() != null || handler.getContinuedPolicy() != null;
    }

    private static void collect(ProcessorDefinition<?> step, List<String> risks) {
        if (step instanceof AggregateDefinition aggregate && aggregate.getAggregationRepository() == null) {
            risks.add(place(step)
                    + "aggregate keeps events in memory and ends them as filtered; risk: they are lost if the"
                    + " process dies. Use a persistent aggregationRepository, or aggregate after the output queue");
        } else if (step instanceof ResequenceDefinition) {
            risks.add(place(step)
                    + "resequence keeps events in memory and ends them as filtered; risk: they are lost if the"
                    + " process dies. Use a FIFO output queue, which keeps the order within a group");
        } else if (step instanceof TryDefinition attempt
                && attempt.getCatchClauses() != null
                && attempt.getCatchClauses().stream().anyMatch(StepRisks::swallows)) {
            risks.add(place(step)
                    + "doTry with a doCatch that does not throw hides failures; risk: the event is forwarded although"
                    + " a step failed. End the doCatch with throwException, or remove the doTry");
        }
        step.getOutputs().forEach(inner -> collect(inner, risks));
    }

    private static boolean swallows(CatchDefinition step) {
        return step.getOutputs().stream().noneMatch(StepRisks::raises);
    }

    private static boolean raises(ProcessorDefinition<?> step) {
        return List.of("throwException", "rollback").contains(step.getShortName())
                || step.getOutputs().stream().anyMatch(StepRisks::raises);
    }

    private static String place(ProcessorDefinition<?> step) {
        return step.getLineNumber() > 0 ? "line " + step.getLineNumber() + ", " : "";
    }
}
