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
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** The queues and the table that the settings name: looked at, and created where that is asked for. */
final class Installation {

    private static final Logger LOG = LoggerFactory.getLogger(Installation.class);

    /** An operator who runs the check waits no longer for a service that does not answer. */
    static final CallLimits PATIENCE = new CallLimits(Duration.ofSeconds(5), Duration.ofSeconds(10));

    private Installation() {}

    /** Looks at everything, with the clients of the routes; a service that does not answer is one line like all others. */
    static List<CheckResult> check(Settings settings, CamelContext context) {
        List<CheckResult> results = new ArrayList<>();
        try {
            results.addAll(answered("SQS", () -> caller(settings, context)));
            results.addAll(answered("SQS", () -> queues(settings, context)));
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

    /** Pipelines whose keys others have too; while their queues are not found, another line says that. */
    private static List<CheckResult> sharedKeys(Settings settings, CamelContext context) {
        List<CheckResult> results = new ArrayList<>();
        try (FoundClient<DynamoDbClient> dynamoDb = AwsClients.dynamoDb(context)) {
            ClaimTable table = new ClaimTable(dynamoDb.client(), settings.table());
            for (Route route : context.getRoutes()) {
                if (route.getEndpoint() instanceof DedupSqsEndpoint endpoint) {
                    table.sharedKeys(
                                    endpoint.keyPrefix(),
                                    endpoint.outputIdentity().toString(),
                                    Instant.now())
                            .ifPresent(finding -> results.add(CheckResult.doubtful(finding.problem(), finding.fix())));
                }
            }
        } catch (SdkException failure) {
            LOG.debug("Whether other pipelines use the table is not known", failure);
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
     * As {@link #check}, for the start of the route. What is merely doubtful is logged.
     *
     * @throws ConfigurationException if something is wrong, with a line for each
     * @throws SdkException if a service does not answer, which it may later, or if there are no credentials
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

    /** Creates the queues and the table that are missing. */
    static void create(Settings settings, CamelContext context) {
        try (FoundClient<DynamoDbClient> dynamoDb = AwsClients.dynamoDb(context)) {
            QueueCreator.createMissing(AwsClients.sqs(context), settings);
            new ClaimTable(dynamoDb.client(), settings.table()).createIfMissing();
        } catch (SdkException failure) {
            throw NoCredentialsException.explained(failure);
        }
    }

    private static List<CheckResult> queues(Settings settings, CamelContext context) {
        try {
            return new QueueCheck(AwsClients.sqs(context), settings).run();
        } catch (SdkException failure) {
            return List.of(CheckResult.failedForGood("a call to SQS", failure));
        }
    }

    private static List<CheckResult> table(Settings settings, CamelContext context) {
        try (FoundClient<DynamoDbClient> dynamoDb = AwsClients.dynamoDb(context)) {
            return new TableCheck(dynamoDb.client(), settings).run();
        } catch (SdkException failure) {
            return List.of(CheckResult.failedForGood("a call to DynamoDB", failure));
        }
    }
}
