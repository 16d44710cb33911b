package io.eventdedup.app;

import io.eventdedup.aws.FoundClient;
import io.eventdedup.dynamodb.DynamoDbIdempotentRepository;
import io.eventdedup.route.DedupParts;
import io.eventdedup.sqs.DedupSqsComponent;
import java.util.List;
import org.apache.camel.CamelContext;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** The AWS clients that the routes of a context use. */
final class AwsClients {

    private AwsClients() {}

    /**
     * Creates the components from which the client lookup takes clients. Call this on the thread that starts the context: during the
     * start, Camel Main iterates over the components, so no other thread may add one (Camel's MainAutowiredLifecycleStrategy).
     */
    static void makeComponents(CamelContext context) {
        sqs(context);
        List.of("aws2-sqs", "aws2-ddb").forEach(name -> context.getComponent(name, true, false));
    }

    static DedupSqsComponent sqs(CamelContext context) {
        return context.getComponent("dedup-sqs", DedupSqsComponent.class);
    }

    /**
     * The client of the repository that the route names or, if that is not a DynamoDB repository, of the default one.
     *
     * @throws io.eventdedup.aws.ClientException if there are several clients and none is named
     * @throws software.amazon.awssdk.core.exception.SdkException if there is no region
     */
    static FoundClient<DynamoDbClient> dynamoDb(CamelContext context) {
        DynamoDbIdempotentRepository repository =
                context.getRegistry().lookupByName("dedupRepository") instanceof DynamoDbIdempotentRepository ours
                        ? ours
                        : DedupParts.of(context).repository();
        repository.setCamelContext(context);
        return repository.client();
    }
}
