package io.eventdedup.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.eventdedup.local.EmbeddedAws;
import io.eventdedup.local.EmbeddedAwsExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The process of its own and its commands use the AWS clients that its application.properties configures. */
@ExtendWith(EmbeddedAwsExtension.class)
class CommandClientsIT {

    @TempDir
    Path directory;

    private EmbeddedAws aws;
    private RouteFixture fixture;

    @BeforeEach
    void createQueuesAndTable(EmbeddedAws embedded) throws IOException {
        aws = embedded;
        fixture = new RouteFixture(aws);
        StringBuilder properties = new StringBuilder();
        fixture.settings().forEach((name, value) -> properties.append(name + "=" + value + "\n"));
        Map.of("aws2-sqs", aws.sqsEndpoint(), "aws2-ddb", aws.dynamoDbEndpoint())
                .forEach((component, endpoint) -> properties.append("""
                        camel.component.%1$s.accessKey=local
                        camel.component.%1$s.secretKey=local
                        camel.component.%1$s.region=eu-central-1
                        camel.component.%1$s.overrideEndpoint=true
                        camel.component.%1$s.uriEndpointOverride=%2$s
                        """.formatted(component, endpoint)));
        properties.append("dedup.key-prefix=test/\n");
        Files.writeString(directory.resolve("application.properties"), properties);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void checkRedriveAndLookupFindThemAsTheRouteDoes() throws InterruptedException {
        fixture.sqs().sendMessage(letter -> letter.queueUrl(fixture.url(fixture.deadLetters))
                .messageBody("{\"detail-type\":\"test.event\",\"detail\":{\"n\":1}}"));
        fixture.dynamoDb().putItem(row -> row.tableName(fixture.table)
                .item(Map.of("eventHash", AttributeValue.fromS("test/" + "b".repeat(64)))));
        try (RouteProcess check = command("check");
                RouteProcess redrive = command("redrive");
                RouteProcess lookup = command("key", "--lookup", "a".repeat(64));
                RouteProcess lookupWithPrefix = command("key", "--lookup", "b".repeat(64))) {
            assertThat(check.exitCode()).as(check.output()).isZero();
            assertThat(check.output()).contains("is arn:aws:sqs:eu-central-1:000000000000:" + fixture.input);
            assertThat(redrive.exitCode()).as(redrive.output()).isZero();
            assertThat(redrive.output()).contains("Sent back to " + fixture.input + ": 1");
            assertThat(lookup.exitCode()).as(lookup.output()).isZero();
            assertThat(lookup.output()).contains("not in the table: not seen");
            assertThat(lookupWithPrefix.exitCode())
                    .as(lookupWithPrefix.output())
                    .isZero();
            assertThat(lookupWithPrefix.output()).contains("never expires");
        }
        try (RouteProcess route = command("run")) {
            await().atMost(Duration.ofSeconds(90))
                    .failFast(() -> !route.isAlive())
                    .until(() -> fixture.size(fixture.output) == 1);
        }
    }

    private RouteProcess command(String... arguments) {
        Map<String, String> environment = Map.of(
                "AWS_ENDPOINT_URL_SQS", "http://127.0.0.1:1",
                "AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:1",
                "AWS_REGION", "us-east-1");
        return RouteProcess.start(aws, directory, environment, arguments);
    }
}
