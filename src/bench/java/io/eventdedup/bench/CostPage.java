package io.eventdedup.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Dollars per million events, from the requests that were counted. */
final class CostPage {

    private static final Set<String> SQS = Set.of(
            "ReceiveMessage",
            "SendMessage",
            "SendMessageBatch",
            "DeleteMessage",
            "DeleteMessageBatch",
            "ChangeMessageVisibility",
            "ChangeMessageVisibilityBatch",
            "GetQueueUrl",
            "GetQueueAttributes");

    private CostPage() {}

    /** In Markdown. */
    static List<String> lines(Results results, Prices prices) {
        List<String> lines = new ArrayList<>(List.of(
                "# Dollars per million events",
                "",
                String.format(
                        Locale.ROOT,
                        "Requests to SQS at $%.3f, write units at $%.3f and read units at $%.3f a million. DynamoDB bills"
                                + " units, not requests. Counted under load; receives that bring nothing are not in it, nor"
                                + " what the machine or the Lambda costs.",
                        prices.sqsRequests(),
                        prices.writeUnits(),
                        prices.readUnits()),
                "",
                "| | workload | SQS requests/event | write units/event | read units/event | SQS $ | DynamoDB $ | together $ |",
                "|---|---|--:|--:|--:|--:|--:|--:|"));
        for (Map.Entry<Results.Cell, List<Measurement>> entry : results.cells().entrySet()) {
            lines.add(row(entry.getKey(), entry.getValue(), prices));
        }
        return lines;
    }

    private static String row(Results.Cell cell, List<Measurement> rounds, Prices prices) {
        Cost cost = cost(rounds, prices);
        return String.format(
                Locale.ROOT,
                "| %s %s | %s | %.2f | %.2f | %.2f | %.2f | %.2f | %.2f |",
                cell.variant().letter(),
                cell.variant().title(),
                cell.workload(),
                cost.sqsRequests,
                cost.writeUnits,
                cost.readUnits,
                cost.sqs,
                cost.dynamoDb,
                cost.together());
    }

    static Cost cost(List<Measurement> rounds, Prices prices) {
        double requests = Results.requestsPerEvent(rounds).entrySet().stream()
                .filter(entry -> SQS.contains(entry.getKey()))
                .mapToDouble(Map.Entry::getValue)
                .sum();
        double writes =
                Results.statistics(rounds, Measurement::writeUnitsPerEvent).median();
        double reads =
                Results.statistics(rounds, Measurement::readUnitsPerEvent).median();
        return new Cost(
                requests,
                writes,
                reads,
                requests * prices.sqsRequests(),
                writes * prices.writeUnits() + reads * prices.readUnits());
    }

    /** What an event takes, and what a million of them cost in US dollars. */
    record Cost(double sqsRequests, double writeUnits, double readUnits, double sqs, double dynamoDb) {

        double together() {
            return sqs + dynamoDb;
        }
    }
}
