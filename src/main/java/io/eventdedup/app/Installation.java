package io.eventdedup.app;

import io.eventdedup.dynamodb.ClaimTable;
import io.eventdedup.route.ConfigurationException;
import io.eventdedup.route.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/** The queues and the table that the settings name: looked at, and created where that is asked for. */
final class Installation {

    private static final Logger LOG = LoggerFactory.getLogger(Installation.class);

    /** An operator who runs the check waits no longer for a service that does not answer. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private Installation() {}

    /** Looks at everything; a service that does not answer is one line like all others. */
    static List<CheckResult> check(Settings settings) {
        List<CheckResult> results = new ArrayList<>(CallerCheck.run());
        try {
            results.addAll(answered("SQS", () -> queues(settings)));
            results.addAll(answered("DynamoDB", () -> table(settings)));
        } catch (NoCredentialsException none) {
            results.add(CheckResult.failed("AWS", none));
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
        }
    }

    /**
     * As {@link #check}, for the start of the route. What is merely doubtful is logged.
     *
     * @throws ConfigurationException if something is wrong, with a line for each
     * @throws SdkException if a service does not answer, which it may later, or if there are no credentials
     */
    static void requireUsable(Settings settings) {
        List<CheckResult> results = new ArrayList<>(queues(settings));
        results.addAll(table(settings));
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

    /** @throws ConfigurationException if the environment names no region, without which there is no client */
    static void requireRegion() {
        try {
            DefaultAwsRegionProviderChain.builder().build().getRegion();
        } catch (SdkException failure) {
            throw new ConfigurationException(
                    CheckResult.failed("a call to SQS and DynamoDB", failure).text(), failure);
        }
    }

    /** Creates the queues and the table that are missing. */
    static void create(Settings settings) {
        try (SqsClient sqs = sqs();
                DynamoDbClient dynamoDb = dynamoDb()) {
            QueueCreator.createMissing(sqs, settings);
            new ClaimTable(dynamoDb, settings.table()).createIfMissing();
        } catch (SdkException failure) {
            throw NoCredentialsException.explained(failure);
        }
    }

    private static List<CheckResult> queues(Settings settings) {
        try (SqsClient sqs = sqs()) {
            return new QueueCheck(sqs, settings).run();
        } catch (SdkException failure) {
            return List.of(CheckResult.failedForGood("a call to SQS", failure));
        }
    }

    private static List<CheckResult> table(Settings settings) {
        try (DynamoDbClient dynamoDb = dynamoDb()) {
            return new TableCheck(dynamoDb, settings).run();
        } catch (SdkException failure) {
            return List.of(CheckResult.failedForGood("a call to DynamoDB", failure));
        }
    }

    private static SqsClient sqs() {
        return SqsClient.builder().overrideConfiguration(impatient()).build();
    }

    private static DynamoDbClient dynamoDb() {
        return DynamoDbClient.builder().overrideConfiguration(impatient()).build();
    }

    private static ClientOverrideConfiguration impatient() {
        return ClientOverrideConfiguration.builder()
                .apiCallTimeout(PATIENCE)
                .apiCallAttemptTimeout(PATIENCE.dividedBy(2))
                .build();
    }
}
