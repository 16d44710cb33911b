package io.eventdedup.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.eventdedup.dynamodb.ClaimTable;
import io.eventdedup.dynamodb.DynamoDbIdempotentRepository;
import io.eventdedup.local.EmbeddedAws;
import io.eventdedup.local.EmbeddedAwsExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Applications with a supervising route controller: what one route lacks keeps no other from starting. */
@ExtendWith(EmbeddedAwsExtension.class)
class SupervisedEstateTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** The application's own, one of them with the repository alone. */
    private static final String ROUTES = """
            - route:
                id: own
                from:
                  uri: direct:own
                  steps:
                    - setBody: {constant: answered}
            - route:
                id: orders
                from:
                  uri: direct:orders
                  steps:
                    - split:
                        expression: {simple: "${body}"}
                        steps:
                          - idempotentConsumer:
                              simple: ${body}
                              idempotentRepository: orders
                              steps:
                                - log: A new order
            """;

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
    void aMissingTableStopsTheRouteThatNeedsItUntilItIsThere() throws IOException {
        fixture.dynamoDb().deleteTable(delete -> delete.tableName(fixture.table));
        DynamoDbIdempotentRepository orders = new DynamoDbIdempotentRepository();
        orders.setTable(fixture.table);
        orders.setKeyPrefix("orders/");
        Path routes = Files.writeString(directory.resolve("own.camel.yaml"), ROUTES);
        fixture.send("{\"detail-type\":\"test.event\",\"detail\":{\"n\":1}}");
        try (GuestEstate estate = new GuestEstate(fixture)
                .withBean("orders", orders)
                .withRoutes("file:routes/dedup.camel.yaml,file:" + routes)
                .with("camel.routeController.enabled", "true")
                .with("camel.routeController.backOffDelay", "500")
                .with("camel.routeController.initialDelay", "0")) {
            estate.start();

            await().atMost(PATIENCE).until(() -> estate.isStarted("own"));
            assertThat(estate.context().createProducerTemplate().requestBody("direct:own", "?"))
                    .isEqualTo("answered");
            assertThat(estate.isStarted("dedup")).isFalse();
            assertThat(estate.isStarted("orders")).isFalse();
            assertThat(fixture.size(fixture.input)).isEqualTo(1);

            new ClaimTable(fixture.dynamoDb(), fixture.table).createIfMissing();

            await().atMost(PATIENCE).until(() -> fixture.size(fixture.output) == 1);
            await().atMost(PATIENCE).until(() -> estate.isStarted("orders"));
        }
    }

    @Test
    void aMissingInputQueueKeepsNoOtherRouteFromStarting() throws IOException {
        fixture.deleteQueue(fixture.input);
        DynamoDbIdempotentRepository orders = new DynamoDbIdempotentRepository();
        orders.setTable(fixture.table);
        orders.setKeyPrefix("orders/");
        Path routes = Files.writeString(directory.resolve("own.camel.yaml"), ROUTES);
        try (GuestEstate estate = new GuestEstate(fixture)
                .withBean("orders", orders)
                .withRoutes("file:routes/dedup.camel.yaml,file:" + routes)
                .with("camel.routeController.enabled", "true")
                .with("camel.routeController.backOffDelay", "500")
                .with("camel.routeController.initialDelay", "0")) {
            estate.start();

            await().atMost(PATIENCE).until(() -> estate.isStarted("own") && estate.isStarted("orders"));
            assertThat(estate.context().createProducerTemplate().requestBody("direct:own", "?"))
                    .isEqualTo("answered");

            fixture.createQueue(fixture.input);
            fixture.send("{\"detail-type\":\"test.event\",\"detail\":{\"n\":1}}");

            await().atMost(PATIENCE).until(() -> fixture.size(fixture.output) == 1);
        }
    }
}
