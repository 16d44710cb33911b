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
 * The steps of a route with which an event can be lost, whatever the component does: they end the event's exchange before its
 * work is done, or hide its failure. Each in one line: the step, the risk, and what to use instead.
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
                                "onException with continued hides a failure, and the event goes on without the"
                                        + " step that failed; risk: it is forwarded unfinished. Use handled, or no handler of your own"));
        return risks;
    }

    private static boolean continues(OnExceptionDefinition handler) {
        return handler.getContinued() != null || handler.getContinuedPolicy() != null;
    }

    private static void collect(ProcessorDefinition<?> step, List<String> risks) {
        if (step instanceof AggregateDefinition aggregate && aggregate.getAggregationRepository() == null) {
            risks.add(place(step)
                    + "aggregate keeps events in memory and ends them as filtered; risk: they are lost if the"
                    + " process dies. Use an aggregationRepository on disk, or aggregate behind the output queue");
        } else if (step instanceof ResequenceDefinition) {
            risks.add(place(step)
                    + "resequence keeps events in memory and ends them as filtered; risk: they are lost if the"
                    + " process dies. Use a FIFO output queue, which keeps the order within a group");
        } else if (step instanceof TryDefinition attempt
                && attempt.getCatchClauses() != null
                && attempt.getCatchClauses().stream().anyMatch(StepRisks::swallows)) {
            risks.add(place(step)
                    + "doTry with a doCatch that throws nothing hides a failure; risk: the event is forwarded"
                    + " unfinished. End the doCatch with throwException, or leave the failure to the route");
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
