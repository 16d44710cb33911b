package io.eventdedup.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.WireMock;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import io.eventdedup.local.EmbeddedAws;
import io.eventdedup.local.EmbeddedAwsExtension;
import io.eventdedup.route.ConfigurationException;
import io.eventdedup.route.Settings;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** What is looked at before the route starts, and by {@code check}; with each thing missing or wrong in turn. */
@ExtendWith(EmbeddedAwsExtension.class)
class StartTest {

    @TempDir
    Path directory;

    private RouteFixture fixture;

    @BeforeEach
    void createQueuesAndTable(EmbeddedAws aws) {
        fixture = new RouteFixture(aws);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void nothingIsWrongWithACompleteInstallation() {
        assertThat(check()).isNotEmpty().noneMatch(CheckResult::isWrong);
    }

    @Test
    void theCheckSaysWhereItLooksAndWhatTheTemplateCallsIt() {
        assertThat(check())
                .extracting(CheckResult::text)
                .contains("input queue %s (InputQueueName of the template) is arn:aws:sqs:eu-central-1:000000000000:%s"
                        .formatted(fixture.input, fixture.input))
                .anyMatch(line -> line.startsWith("output queue " + fixture.output + " (OutputQueueName"))
                .anyMatch(line -> line.startsWith("dead-letter queue " + fixture.deadLetters + " (DeadLetterQueueName"))
                .anyMatch(line -> line.startsWith("table " + fixture.table + " (TableName"))
                .noneMatch(line -> line.startsWith("role or user"));
    }

    @Test
    void theCheckLooksAtTheQueuesOfEachPipeline() {
        String second = fixture.input + "-2";
        fixture.createQueue(second);
        String routes = EditedRoute.shipped().with("""
                        - route:
                            id: mine
                            from:
                              uri: kamelet:genesys-events-source/second?inputQueue=%s&deadLetterQueue=missing
                              steps:
                                - to: {uri: "mock:mine"}
                        """.formatted(second)).in(directory);

        try (BuiltRoutes built = BuiltRoutes.of(fixture.settings(), routes)) {
            assertThat(Installation.check(settings(), built.context()))
                    .extracting(CheckResult::text)
                    .anyMatch(line -> line.startsWith(
                            "route dedup: input queue " + fixture.input + " (InputQueueName of the template) is arn:"))
                    .anyMatch(line -> line.startsWith("route second: input queue " + second + " is arn:"))
                    .anyMatch(line -> line.startsWith("route second: output queue " + fixture.output + " (OutputQueue"))
                    .contains(
                            "route second: dead-letter queue missing does not exist in this account and region:"
                                    + " aws sqs create-queue --queue-name missing, or correct the dead-letter queue in the route");
        }
    }

    @Test
    void theCheckSaysAsWhomItCalls() {
        WireMockServer sts = new WireMockServer(WireMockConfiguration.options().dynamicPort());
        sts.start();
        sts.stubFor(WireMock.post("/")
                .withRequestBody(WireMock.containing("Action=GetCallerIdentity"))
                .willReturn(WireMock.ok("<GetCallerIdentityResponse><GetCallerIdentityResult>"
                        + "<Arn>arn:aws:sts::111122223333:assumed-role/event-dedup/task</Arn>"
                        + "</GetCallerIdentityResult></GetCallerIdentityResponse>")));
        System.setProperty("aws.endpointUrlSts", sts.baseUrl());
        try {
            assertThat(check())
                    .extracting(CheckResult::text)
                    .contains("role or user arn:aws:sts::111122223333:assumed-role/event-dedup/task");

            sts.resetAll();
            sts.stubFor(WireMock.any(WireMock.anyUrl()).willReturn(WireMock.forbidden()));
            assertThat(check())
                    .anyMatch(result -> result.text().startsWith("role or user unknown: a call to STS is not allowed"))
                    .noneMatch(CheckResult::isWrong);
        } finally {
            System.clearProperty("aws.endpointUrlSts");
            sts.stop();
        }
    }

    @Test
    void aMissingInputQueueStopsTheStart() {
        fixture.deleteQueue(fixture.input);

        assertStopsWith("input queue " + fixture.input + " does not exist", "aws sqs create-queue --queue-name ");
    }

    @Test
    void aMissingOutputQueueStopsTheStart() {
        fixture.deleteQueue(fixture.output);

        assertStopsWith("output queue " + fixture.output + " does not exist", "dedup.output-queue");
    }

    @Test
    void aMissingDeadLetterQueueStopsTheStart() {
        fixture.deleteQueue(fixture.deadLetters);

        assertStopsWith("dead-letter queue " + fixture.deadLetters + " does not exist", "dedup.dead-letter-queue");
    }

    @Test
    void aMissingTableStopsTheStart() {
        fixture.dynamoDb().deleteTable(delete -> delete.tableName(fixture.table));

        assertStopsWith("table " + fixture.table + " does not exist", "partition key eventHash (S)");
    }

    @Test
    void aTableWithAnotherKeyStopsTheStart() {
        fixture.dynamoDb().deleteTable(delete -> delete.tableName(fixture.table));
        fixture.dynamoDb().createTable(create -> create.tableName(fixture.table)
                .keySchema(KeySchemaElement.builder()
                        .attributeName("id")
                        .keyType(KeyType.HASH)
                        .build())
                .attributeDefinitions(AttributeDefinition.builder()
                        .attributeName("id")
                        .attributeType(ScalarAttributeType.S)
                        .build())
                .billingMode(BillingMode.PAY_PER_REQUEST));

        assertStopsWith("has the key id (S, HASH)", "partition key eventHash (S)");
    }

    @Test
    void aTableThatKeepsExpiredRowsIsDoubtfulOnly() {
        fixture.dynamoDb().updateTimeToLive(update -> update.tableName(fixture.table)
                .timeToLiveSpecification(ttl -> ttl.attributeName("expiration").enabled(false)));

        assertThat(check())
                .noneMatch(CheckResult::isWrong)
                .anyMatch(result -> result.status() == CheckResult.Status.DOUBTFUL
                        && result.text().contains("time to live"));
    }

    @Test
    void aRedrivePolicyThatActsBeforeTheRouteDoesIsDoubtful() {
        String arn = fixture.sqs()
                .getQueueAttributes(request ->
                        request.queueUrl(fixture.url(fixture.deadLetters)).attributeNames(QueueAttributeName.QUEUE_ARN))
                .attributes()
                .get(QueueAttributeName.QUEUE_ARN);
        fixture.sqs().setQueueAttributes(request -> request.queueUrl(fixture.url(fixture.input))
                .attributes(Map.of(
                        QueueAttributeName.REDRIVE_POLICY,
                        "{\"deadLetterTargetArn\":\"" + arn + "\",\"maxReceiveCount\":\"5\"}")));

        assertThat(check())
                .anyMatch(result -> result.status() == CheckResult.Status.DOUBTFUL
                        && result.text().contains("maxReceiveCount 5"));
    }

    @Test
    void withCreateResourcesWhatIsMissingIsCreated() {
        List.of(fixture.input, fixture.output, fixture.deadLetters).forEach(fixture::deleteQueue);
        fixture.dynamoDb().deleteTable(delete -> delete.tableName(fixture.table));

        fixture.with("dedup.create-resources", "true").startReplica();

        assertThat(check()).noneMatch(CheckResult::isWrong);
    }

    @Test
    void aTakenHttpPortStopsTheStart() throws IOException {
        try (ServerSocket taken = new ServerSocket(0)) {
            fixture.with("dedup.http.port", Integer.toString(taken.getLocalPort()));

            assertThatThrownBy(fixture::startReplica)
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("Port " + taken.getLocalPort() + " (dedup.http.port) is taken");
        }
    }

    @Test
    void aFifoOutputWithAWindowThatItsQueueOutlastsStopsTheStart() {
        fixture.createQueue(fixture.output + ".fifo");
        fixture.with("dedup.output-queue", fixture.output + ".fifo").with("dedup.window", "1m");

        assertThatThrownBy(fixture::startReplica)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("is FIFO and drops duplicates for 5m, but the shortest window is 1m");
        try (BuiltRoutes routes = BuiltRoutes.of(fixture.settings(), DedupApplication.routes())) {
            assertThat(FileCheck.run(settings(), routes)).anyMatch(CheckResult::isWrong);
        }
    }

    private List<CheckResult> check() {
        try (BuiltRoutes routes = BuiltRoutes.of(fixture.settings(), DedupApplication.routes())) {
            return Installation.check(settings(), routes.context());
        }
    }

    private Settings settings() {
        return Settings.load(fixture.settings(), Map.of(), Path.of(""));
    }

    private void assertStopsWith(String problem, String fix) {
        assertThatThrownBy(fixture::startReplica)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(problem)
                .hasMessageContaining(fix)
                .message()
                .doesNotContain("\n");
        assertThat(check()).anyMatch(CheckResult::isWrong);
    }
}
