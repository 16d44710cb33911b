package io.eventdedup.dynamodb;

import io.eventdedup.aws.AwsService;
import io.eventdedup.aws.ClientLookup;
import io.eventdedup.aws.FoundClient;
import java.util.Optional;
import org.apache.camel.CamelContext;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClientBuilder;

/** Finds an application's DynamoDB client. */
final class DynamoDbClients {

    private static final AwsService<DynamoDbClientBuilder, DynamoDbClient> SERVICE = new AwsService<>(
            DynamoDbClient.class,
            "dynamoDbClient of the repository",
            "aws2-ddb",
            "amazonDDBClient",
            DynamoDbClient::builder);

    /** No limit in practice: each thread makes one call at a time, and must not wait for the connection of another thread. */
    private static final int MAX_CONNECTIONS = 10_000;

    private static final int REGION_OF_AN_ARN = 3;

    private DynamoDbClients() {}

    /**
     * The client for a table, as {@link ClientLookup} finds it. A client that is built here uses the region of the table's ARN.
     *
     * @param given the client that the repository was given, or null
     * @param table name or ARN
     * @throws io.eventdedup.aws.ClientException if it is ambiguous which client to use
     * @throws TableException if the client uses another region than the table's ARN
     * @throws software.amazon.awssdk.core.exception.SdkClientException if there is no region
     */
    static FoundClient<DynamoDbClient> find(DynamoDbClient given, CamelContext context, String table) {
        Optional<String> region = region(table);
        FoundClient<DynamoDbClient> found = ClientLookup.find(
                SERVICE, given, context, http -> http.maxConnections(MAX_CONNECTIONS), builder -> region.map(Region::of)
                        .ifPresent(builder::region));
        Optional<String> its = found.region();
        if (region.isPresent() && its.isPresent() && !its.equals(region)) {
            throw new TableException("Table %s is in %s, but %s calls %s; use a client for %s"
                    .formatted(table, region.get(), found.origin(), its.get(), region.get()));
        }
        return found;
    }

    /** The region in the ARN of a table; empty for a name. */
    private static Optional<String> region(String table) {
        String[] parts = table.split(":");
        return parts.length > REGION_OF_AN_ARN && parts[0].equals("arn")
                ? Optional.of(parts[REGION_OF_AN_ARN])
                : Optional.empty();
    }
}
