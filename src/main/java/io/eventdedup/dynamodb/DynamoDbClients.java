package io.eventdedup.dynamodb;

import org.apache.camel.CamelContext;
import org.apache.camel.component.aws2.ddb.Ddb2Component;
import org.apache.camel.component.aws2.ddb.Ddb2Configuration;
import org.apache.camel.component.aws2.ddb.client.Ddb2ClientFactory;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** Finds the DynamoDB client of an application. */
final class DynamoDbClients {

    private static final String COMPONENT = "aws2-ddb";

    /** No limit in practice: each thread makes one call at a time, and must not wait for the connection of another. */
    private static final int MOST_CONNECTIONS = 10_000;

    private DynamoDbClients() {}

    /**
     * A client, and whether it was made here, so that it is to be closed here.
     */
    record Source(DynamoDbClient client, boolean own) {}

    /**
     * The first of: the given one; the only one in the Camel registry; the one that Camel's {@code aws2-ddb} component is
     * configured with; a new one from that component's settings ({@code camel.component.aws2-ddb.*}); a new one from the AWS SDK's default chains.
     */
    static Source find(DynamoDbClient given, CamelContext context) {
        if (given != null) {
            return new Source(given, false);
        }
        if (context != null) {
            DynamoDbClient registered = context.getRegistry().findSingleByType(DynamoDbClient.class);
            if (registered != null) {
                return new Source(registered, false);
            }
            if (context.hasComponent(COMPONENT) != null) {
                return OfComponent.find(context);
            }
        }
        DynamoDbClient own = DynamoDbClient.builder()
                .httpClientBuilder(ApacheHttpClient.builder().maxConnections(MOST_CONNECTIONS))
                .build();
        return new Source(own, true);
    }

    /** Apart, since the component need not be on the class path. */
    private static final class OfComponent {
        static Source find(CamelContext context) {
            Ddb2Configuration configuration =
                    context.getComponent(COMPONENT, Ddb2Component.class).getConfiguration();
            DynamoDbClient configured = configuration.getAmazonDDBClient();
            return configured != null
                    ? new Source(configured, false)
                    : new Source(Ddb2ClientFactory.getDynamoDBClient(configuration), true);
        }
    }
}
