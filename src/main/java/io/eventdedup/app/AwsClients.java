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
     * Makes the components that a look-up of clients asks for. To be called by the thread that starts the context: while it starts,
     * Camel Main goes through the components, and none may be added by another thread (Camel's MainAutowiredLifecycleStrategy).
     */
    static void makeComponents(CamelContext context) {
        sqs(context);
        List.of("aws2-sqs", "aws2-ddb").forEach(name -> context.getComponent(name, true, false));
    }

    /** The component that calls SQS. */
    static DedupSqsComponent sqs(CamelContext context) {
        return context.getComponent("dedup-sqs", DedupSqsComponent.class);
    }

    /**
     * The client of the repository that the route names; of the one that would be there, if that is of another kind.
     *
     * @throws io.eventdedup.aws.ClientException if it is not clear which client to use
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
