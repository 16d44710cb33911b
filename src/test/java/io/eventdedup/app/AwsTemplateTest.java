package io.eventdedup.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.eventdedup.dynamodb.ClaimTable;
import io.eventdedup.local.EmbeddedAws;
import io.eventdedup.local.EmbeddedAwsExtension;
import io.eventdedup.route.Settings;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;

/** The CloudFormation template fits the program. */
@ExtendWith(EmbeddedAwsExtension.class)
class AwsTemplateTest {

    private final AwsTemplate template = AwsTemplate.read();
    private final Settings defaults = Settings.load(Map.of(), Map.of(), Path.of(""));

    @Test
    void itsNamesAreTheDefaultSettings() {
        assertThat(template.parameterDefault("InputQueueName")).isEqualTo(defaults.inputQueue());
        assertThat(template.parameterDefault("OutputQueueName")).isEqualTo(defaults.outputQueue());
        assertThat(template.parameterDefault("DeadLetterQueueName")).isEqualTo(defaults.deadLetterQueue());
        assertThat(template.parameterDefault("TableName")).isEqualTo(defaults.table());
    }

    @Test
    void itsTableIsWhatTheProgramNeeds(EmbeddedAws aws) {
        String name = "template-" + UUID.randomUUID();
        JsonNode table = template.properties("Table");
        JsonNode timeToLive = table.get("TimeToLiveSpecification");
        try (DynamoDbClient client = aws.dynamoDbClient()) {
            client.createTable(create -> create.tableName(name)
                    .attributeDefinitions(AttributeDefinition.builder()
                            .attributeName(table.at("/AttributeDefinitions/0/AttributeName")
                                    .asText())
                            .attributeType(table.at("/AttributeDefinitions/0/AttributeType")
                                    .asText())
                            .build())
                    .keySchema(KeySchemaElement.builder()
                            .attributeName(
                                    table.at("/KeySchema/0/AttributeName").asText())
                            .keyType(table.at("/KeySchema/0/KeyType").asText())
                            .build())
                    .billingMode(table.get("BillingMode").asText()));
            client.updateTimeToLive(update -> update.tableName(name).timeToLiveSpecification(ttl -> ttl.attributeName(
                            timeToLive.get("AttributeName").asText())
                    .enabled(timeToLive.get("Enabled").asBoolean())));

            assertThat(new ClaimTable(client, name).verify()).isEmpty();
        }
    }

    @Test
    void itsInputQueueLeavesTheAttemptsToTheRoute() {
        JsonNode queue = template.properties("InputQueue");

        assertThat(queue.at("/RedrivePolicy/maxReceiveCount").asInt()).isGreaterThan(defaults.maxAttempts());
        assertThat(queue.get("VisibilityTimeout").asLong())
                .isEqualTo(defaults.visibilityTimeout().toSeconds());
    }

    @Test
    void everyNameThatItRefersToIsInIt() {
        assertThat(template.names()).containsAll(template.references());
    }
}
