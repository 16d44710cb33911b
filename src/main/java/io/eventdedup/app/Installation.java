package io.eventdedup.app;

import io.eventdedup.aws.CallLimits;
import io.eventdedup.aws.ClientException;
import io.eventdedup.aws.FoundClient;
import io.eventdedup.dynamodb.ClaimTable;
import io.eventdedup.dynamodb.TableException;
import io.eventdedup.route.ConfigurationException;
import io.eventdedup.route.Settings;
import io.eventdedup.sqs.DedupSqsEndpoint;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** Checks the queues and the table that the settings name, and creates them on request. */
final class Installation {

    private static final Logger LOG = LoggerFactory.getLogger(Installation.class);

    /** How long {@code check} waits for a service that does not respond. */
    static final CallLimits PATIENCE = new CallLimits(Duration.ofSeconds(5), Duration.ofSeconds(10));

    private Installation() {}

    /** Checks everything with the clients of the routes. A service that does not respond is one line of the result. */
    static List<CheckResult> check(Settings settings, CamelContext context) {
        List<CheckResult> results = new ArrayList<>();
        try {
            results.addAll(answered("SQS", () -> caller(settings, context)));
            results.addAll(answered("SQS", () -> pipelines(settings, context)));
            results.addAll(answered("DynamoDB", () -> table(settings, context)));
            results.addAll(answered("DynamoDB", () -> sharedKeys(settings, context)));
        } catch (NoCredentialsException none) {
            results.add(CheckResult.failed("AWS", none));
        }
        return results.stream().distinct().toList();
    }

    private static List<CheckResult> caller(Settings settings, CamelContext context) {
        return CallerCheck.run(AwsClients.sqs(context).client(settings.inputQueue()));
    }

    /** Pipelines that share their keys with another pipeline. Missing queues are reported elsewhere. */
    private static List<CheckResult> sharedKeys(Settings settings, CamelContext context) {
        List<CheckResult> results = new ArrayList<>();
        try (FoundClient<DynamoDbClient> dynamoDb = AwsClients.dynamoDb(context)) {
            ClaimTable table = new ClaimTable(dynamoDb.client(), settings.table());
            for (DedupSqsEndpoint endpoint : pipelines(context).values()) {
                table.sharedKeys(endpoint.keyPrefix(), endpoint.outputIdentity().toString(), Instant.now())
                        .ifPresent(finding -> results.add(CheckResult.doubtful(finding.problem(), finding.fix())));
            }
        } catch (SdkException failure) {
            LOG.debug("Cannot find out whether other pipelines use the table", failure);
        }
        return results;
    }

    private static List<CheckResult> answered(String service, Supplier<List<CheckResult>> look) {
        try {
            return look.get();
        } catch (NoCredentialsException none) {
            throw none;
        } catch (SdkException failure) {
            return List.of(CheckResult.failed("a call to " + service, failure));
        } catch (ClientException | TableException wrong) {
            return List.of(CheckResult.wrong(wrong.getMessage(), ""));
        }
    }

    /**
     * As {@link #check}, for the start of the route. Results that are only doubtful are logged.
     *
     * @throws ConfigurationException if something is wrong, with one line for each problem
     * @throws SdkException if a service does not respond, which may be temporary, or if there are no credentials
     */
    static void requireUsable(Settings settings, CamelContext context) {
        List<CheckResult> results = new ArrayList<>(queues(settings, context));
        results.addAll(table(settings, context));
        String wrong = results.stream()
                .filter(CheckResult::isWrong)
                .map(CheckResult::text)
                .collect(Collectors.joining(System.lineSeparator()));
        if (!wrong.isEmpty()) {
            throw new ConfigurationException(wrong);
        }
        results.stream()
                .filter(result -> result.status() == CheckResult.Status.DOUBTFUL)
                .forEach(result -> LOG.warn("{}", result.text()));
    }

    /** Creates missing queues and the table. */
    static void create(Settings settings, CamelContext context) {
        try (FoundClient<DynamoDbClient> dynamoDb = AwsClients.dynamoDb(context)) {
            QueueCreator.createMissing(AwsClients.sqs(context), settings);
            new ClaimTable(dynamoDb.client(), settings.table()).createIfMissing();
        } catch (SdkException failure) {
            throw NoCredentialsException.explained(failure);
        }
    }

    /** The inputs of the built routes that are pipelines, by the id of the route. */
    private static Map<String, DedupSqsEndpoint> pipelines(CamelContext context) {
        Map<String, DedupSqsEndpoint> pipelines = new TreeMap<>();
        for (Route route : context.getRoutes()) {
            if (route.getEndpoint() instanceof DedupSqsEndpoint endpoint) {
                pipelines.put(route.getRouteId(), endpoint);
            }
        }
        return pipelines;
    }

    /** The queues of each pipeline or, if no route can be built, those of the settings. */
    private static List<CheckResult> pipelines(Settings settings, CamelContext context) {
        Map<String, DedupSqsEndpoint> pipelines = pipelines(context);
        if (pipelines.isEmpty()) {
            return queues(settings, context);
        }
        List<CheckResult> results = new ArrayList<>();
        QueueCheck check = new QueueCheck(AwsClients.sqs(context), settings);
        pipelines.forEach((id, endpoint) -> failedForGood("SQS", () -> check.run(endpoint)).stream()
                .map(result -> pipelines.size() == 1 ? result : result.of("route " + id))
                .forEach(results::add));
        return results;
    }

    private static List<CheckResult> queues(Settings settings, CamelContext context) {
        return failedForGood("SQS", () -> new QueueCheck(AwsClients.sqs(context), settings).run());
    }

    private static List<CheckResult> table(Settings settings, CamelContext context) {
        return failedForGood("DynamoDB", () -> {
            try (FoundClient<DynamoDbClient> dynamoDb = AwsClients.dynamoDb(context)) {
                return new TableCheck(dynamoDb.client(), settings).run();
            }
        });
    }

    private static List<CheckResult> failedForGood(String service, Supplier<List<CheckResult>> look) {
        try {
            return look.get();
        } catch (SdkException failure) {
            return List.of(CheckResult.failedForGood("a call to " + service, failure));
        }
    }
}
