package io.eventdedup.dynamodb;

import io.eventdedup.claim.TestClock;
import io.eventdedup.local.EmbeddedAws;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/**
 * A new table with a clock, and repositories on it, each of them standing for a process of its own. The table has no time to
 * live, so that DynamoDB Local leaves expired rows alone.
 */
final class TableFixture implements AutoCloseable {

    static final Duration LEASE = Duration.ofSeconds(20);
    static final Duration SKEW = Duration.ofSeconds(1);
    static final Duration WINDOW = Duration.ofMinutes(5);

    final TestClock clock = new TestClock(Instant.parse("2026-03-01T12:00:00.250Z"));
    final String table = "table-" + UUID.randomUUID();
    final Network network = new Network();
    final DynamoDbClient client;
    final CamelContext context = new DefaultCamelContext();
    private final List<DynamoDbIdempotentRepository> repositories = new ArrayList<>();

    TableFixture(EmbeddedAws aws) {
        client = client(aws.dynamoDbEndpoint());
        client.createTable(create -> create.tableName(table)
                .attributeDefinitions(AttributeDefinition.builder()
                        .attributeName("eventHash")
                        .attributeType(ScalarAttributeType.S)
                        .build())
                .keySchema(KeySchemaElement.builder()
                        .attributeName("eventHash")
                        .keyType(KeyType.HASH)
                        .build())
                .billingMode(BillingMode.PAY_PER_REQUEST));
    }

    /** A client whose requests pass through {@link #network}. */
    DynamoDbClient client(URI endpoint) {
        return client(endpoint, network);
    }

    DynamoDbClient client(URI endpoint, ExecutionInterceptor interceptor) {
        return DynamoDbClient.builder()
                .endpointOverride(endpoint)
                .region(Region.of(EmbeddedAws.REGION))
                .credentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(EmbeddedAws.ACCESS_KEY, EmbeddedAws.SECRET_KEY)))
                .overrideConfiguration(override -> override.addExecutionInterceptor(interceptor))
                .build();
    }

    /** A started repository: a process of its own. */
    DynamoDbIdempotentRepository process() {
        return process(repository -> {});
    }

    DynamoDbIdempotentRepository process(Consumer<DynamoDbIdempotentRepository> settings) {
        DynamoDbIdempotentRepository repository = new DynamoDbIdempotentRepository(client, table);
        repository.setClock(clock);
        repository.setLocalWait(Duration.ZERO);
        settings.accept(repository);
        repository.start();
        repositories.add(repository);
        return repository;
    }

    /** The process is gone: what it holds is not renewed any more. */
    static void kill(DynamoDbIdempotentRepository process) {
        process.claimKeeper().close();
    }

    /** A new delivery of a message. */
    Exchange delivery() {
        return new DefaultExchange(context);
    }

    Map<String, AttributeValue> item(String key) {
        return client.getItem(get -> get.tableName(table)
                        .key(Map.of("eventHash", AttributeValue.fromS(key)))
                        .consistentRead(true))
                .item();
    }

    String status(String key) {
        AttributeValue status = item(key).get("status");
        return status == null ? null : status.s();
    }

    /** Writes a row as another program would. */
    void put(String key, Map<String, AttributeValue> attributes) {
        Map<String, AttributeValue> item = new HashMap<>(attributes);
        item.put("eventHash", AttributeValue.fromS(key));
        client.putItem(put -> put.tableName(table).item(item));
    }

    long epochSecond(Duration fromNow) {
        return clock.instant().plus(fromNow).getEpochSecond();
    }

    @Override
    public void close() {
        network.restore();
        repositories.forEach(DynamoDbIdempotentRepository::shutdown);
        client.deleteTable(delete -> delete.tableName(table));
        client.close();
    }
}
