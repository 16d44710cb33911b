package io.eventdedup.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.eventdedup.local.EmbeddedAws;
import io.eventdedup.local.EmbeddedAwsExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * Applications that have AWS clients, or settings for them, where the AWS SDK's default chains find nothing: no region, no
 * credentials, no endpoint. Alone in its JVM while it runs, since those chains read system properties.
 */
@Isolated
@ExtendWith(EmbeddedAwsExtension.class)
class EstateClientsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String EVENT = "{\"detail-type\":\"test.event\",\"detail\":{\"n\":1}}";

    @TempDir
    Path directory;

    private final Properties before = new Properties();
    private EmbeddedAws aws;
    private RouteFixture fixture;

    @BeforeEach
    void hideTheEmulatorsFromTheDefaultChains(EmbeddedAws embedded) {
        aws = embedded;
        fixture = new RouteFixture(aws);
        before.putAll(System.getProperties());
        System.getProperties().keySet().removeIf(name -> name.toString().startsWith("aws."));
        System.setProperty("aws.disableEc2Metadata", "true");
        System.setProperty("aws.configFile", directory.resolve("config").toString());
        System.setProperty(
                "aws.sharedCredentialsFile", directory.resolve("credentials").toString());
    }

    @AfterEach
    void close() {
        System.setProperties(before);
        fixture.close();
    }

    @Test
    void theOnlyClientsOfTheRegistryAreUsed() {
        Calls calls = new Calls();
        try (SqsClient sqs = sqs(calls);
                DynamoDbClient dynamoDb = dynamoDb()) {
            try (GuestEstate estate = new GuestEstate(fixture)) {
                estate.withBean("queues", sqs).withBean("tables", dynamoDb).start();

                assertForwards();
                assertThat(calls.number).hasPositiveValue();
            }
            // they stay the application's
            assertThat(sqs.listQueues().queueUrls()).isNotEmpty();
            assertThat(dynamoDb.listTables().tableNames()).isNotEmpty();
        }
    }

    @Test
    void severalClientsAreNamedInOneLineWithTheOption() {
        try (SqsClient one = sqs(new Calls());
                SqsClient other = sqs(new Calls());
                DynamoDbClient dynamoDb = dynamoDb();
                GuestEstate estate = new GuestEstate(fixture)
                        .withBean("left", one)
                        .withBean("right", other)
                        .withBean("tables", dynamoDb)) {

            assertThatThrownBy(estate::start)
                    .hasStackTraceContaining("There are several beans of type SqsClient: left, right. Name one:"
                            + " camel.component.dedup-sqs.amazonSQSClient=#bean:NAME, or"
                            + " camel.component.aws2-sqs.amazonSQSClient=#bean:left");
        }
    }

    @Test
    void severalTableClientsAreNamedInOneLineWithTheOption() {
        try (SqsClient sqs = sqs(new Calls());
                DynamoDbClient one = dynamoDb();
                DynamoDbClient other = dynamoDb();
                GuestEstate estate = new GuestEstate(fixture)
                        .withBean("left", one)
                        .withBean("right", other)
                        .withBean("queues", sqs)) {

            assertThatThrownBy(estate::start)
                    .hasStackTraceContaining("There are several beans of type DynamoDbClient: left, right. Name one:"
                            + " dynamoDbClient of the repository, or"
                            + " camel.component.aws2-ddb.amazonDDBClient=#bean:left");
        }
    }

    @Test
    void ofSeveralClientsTheNamedOnesAreUsed() {
        Calls calls = new Calls();
        try (SqsClient one = sqs(calls);
                SqsClient other = sqs(new Calls());
                DynamoDbClient tables = dynamoDb();
                DynamoDbClient others = dynamoDb();
                GuestEstate estate = new GuestEstate(fixture)
                        .withBean("one", one)
                        .withBean("other", other)
                        .withBean("tables", tables)
                        .withBean("others", others)
                        .with("camel.component.dedup-sqs.amazonSQSClient", "#bean:one")
                        .with("camel.component.aws2-ddb.amazonDDBClient", "#bean:tables")) {
            estate.start();

            assertForwards();
            assertThat(calls.number).hasPositiveValue();
        }
    }

    @Test
    void eachEndpointMayNameTheClientOfItsAccount() throws IOException {
        Calls input = new Calls();
        Calls output = new Calls();
        Path route = directory.resolve("dedup.camel.yaml");
        Files.writeString(
                route,
                Files.readString(Path.of("routes/dedup.camel.yaml"))
                        .replace(
                                "dedup-sqs:{{dedup.input-queue}}",
                                "dedup-sqs:{{dedup.input-queue}}?amazonSQSClient=#bean:in")
                        .replaceAll(
                                "dedup-sqs:\\{\\{dedup.(output|dead-letter)-queue}}",
                                "dedup-sqs:{{dedup.$1-queue}}?amazonSQSClient=#bean:out"));
        try (SqsClient in = sqs(input);
                SqsClient out = sqs(output);
                DynamoDbClient dynamoDb = dynamoDb();
                GuestEstate estate = new GuestEstate(fixture)
                        .withBean("in", in)
                        .withBean("out", out)
                        .withBean("tables", dynamoDb)
                        .withRoutes("file:" + route)) {
            estate.start();

            assertForwards();
            assertThat(input.operations())
                    .contains("ReceiveMessage", "DeleteMessageBatch")
                    .doesNotContain("SendMessageBatch");
            assertThat(output.operations()).contains("SendMessageBatch").doesNotContain("ReceiveMessage");
        }
    }

    private void assertForwards() {
        fixture.send(EVENT);
        fixture.send(EVENT);
        await().atMost(PATIENCE).until(() -> fixture.size(fixture.output) == 1 && fixture.size(fixture.input) == 0);
        assertThat(fixture.drain(fixture.output)).singleElement().matches(message -> message.body()
                .equals(EVENT));
    }

    private SqsClient sqs(Calls calls) {
        return SqsClient.builder()
                .endpointOverride(aws.sqsEndpoint())
                .region(Region.of(EmbeddedAws.REGION))
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("estate", "estate")))
                .overrideConfiguration(override -> override.addExecutionInterceptor(calls))
                .build();
    }

    private DynamoDbClient dynamoDb() {
        return aws.dynamoDbClient();
    }

    /** What goes through a client. */
    private static final class Calls implements ExecutionInterceptor {

        private final AtomicInteger number = new AtomicInteger();
        private final Set<String> operations = ConcurrentHashMap.newKeySet();

        @Override
        public void beforeExecution(Context.BeforeExecution context, ExecutionAttributes attributes) {
            number.incrementAndGet();
            operations.add(context.request().getClass().getSimpleName().replace("Request", ""));
        }

        private Set<String> operations() {
            return operations;
        }
    }
}
