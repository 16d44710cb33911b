package io.eventdedup.local;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ContextHandler;
import org.elasticmq.NodeAddress;
import org.elasticmq.rest.sqs.SQSRestServer;
import org.elasticmq.rest.sqs.SQSRestServerBuilder;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.dynamodb.services.local.server.LocalDynamoDBRequestHandler;
import software.amazon.dynamodb.services.local.server.LocalDynamoDBServerHandler;

/**
 * SQS and DynamoDB in this JVM: ElasticMQ and DynamoDB Local, in memory, over HTTP, on 127.0.0.1 only.
 *
 * <p>Both accept any credentials and any region; {@link #ACCESS_KEY}, {@link #SECRET_KEY} and {@link #REGION} are what
 * the project's own clients use.
 */
public final class EmbeddedAws implements AutoCloseable {

    public static final String ACCESS_KEY = "local";
    public static final String SECRET_KEY = "local";
    public static final String REGION = "eu-central-1";

    private static final String LOOPBACK = "127.0.0.1";

    /** Held in a field: the logging framework keeps only a weak reference, and with it the level. */
    private static final Logger SQLITE_LOG = Logger.getLogger("com.almworks.sqlite4java");

    private final Server dynamoDb;
    private final LocalDynamoDBServerHandler dynamoDbHandler;
    private final SQSRestServer sqs;
    private final URI sqsEndpoint;
    private final URI dynamoDbEndpoint;

    private EmbeddedAws(int sqsPort, int dynamoDbPort) {
        SQLITE_LOG.setLevel(Level.WARNING);
        dynamoDbHandler =
                new LocalDynamoDBServerHandler(new LocalDynamoDBRequestHandler(0, true, null, true, false), "*");
        dynamoDb = new Server(new InetSocketAddress(LOOPBACK, dynamoDbPort));
        dynamoDb.setHandler(new ContextHandler(dynamoDbHandler));
        try {
            dynamoDb.start();
        } catch (Exception e) {
            throw new IllegalStateException("DynamoDB Local does not start on " + LOOPBACK + ":" + dynamoDbPort, e);
        }
        int boundPort = ((ServerConnector) dynamoDb.getConnectors()[0]).getLocalPort();
        dynamoDbEndpoint = URI.create("http://" + LOOPBACK + ":" + boundPort);

        int queuePort = sqsPort == 0 ? freePort() : sqsPort;
        sqs = SQSRestServerBuilder.withInterface(LOOPBACK)
                .withPort(queuePort)
                .withServerAddress(new NodeAddress("http", LOOPBACK, queuePort, ""))
                .withAWSRegion(REGION)
                .start();
        sqs.waitUntilStarted();
        sqsEndpoint = URI.create("http://" + LOOPBACK + ":" + queuePort);
    }

    /** Both services on free ports. */
    public static EmbeddedAws start() {
        return start(0, 0);
    }

    /** Both services on the given ports; 0 takes a free one. */
    public static EmbeddedAws start(int sqsPort, int dynamoDbPort) {
        return new EmbeddedAws(sqsPort, dynamoDbPort);
    }

    public URI sqsEndpoint() {
        return sqsEndpoint;
    }

    public URI dynamoDbEndpoint() {
        return dynamoDbEndpoint;
    }

    /** Makes clients of the AWS SDK that are built without further ado, in this JVM, talk to these services. */
    public void useAsDefaultOfTheSdk() {
        useAsDefaultOfTheSdk(sqsEndpoint, dynamoDbEndpoint);
    }

    /** The same with other endpoints, such as those of a proxy in front of these services. */
    public static void useAsDefaultOfTheSdk(URI sqsEndpoint, URI dynamoDbEndpoint) {
        System.setProperty("aws.endpointUrlSqs", sqsEndpoint.toString());
        System.setProperty("aws.endpointUrlDynamoDb", dynamoDbEndpoint.toString());
        System.setProperty("aws.region", REGION);
        System.setProperty("aws.accessKeyId", ACCESS_KEY);
        System.setProperty("aws.secretAccessKey", SECRET_KEY);
    }

    /** A new SQS client of these services; the caller closes it. */
    public SqsClient sqsClient() {
        return sqsClient(sqsEndpoint);
    }

    /** Deletes up to ten received messages. */
    public static void deleteAll(
            SqsClient sqs, String url, List<Message> messages) {
        sqs.deleteMessageBatch(request -> request.queueUrl(url)
                .entries(messages.stream()
                        .map(message -> DeleteMessageBatchRequestEntry.builder()
                                .id(message.messageId())
                                .receiptHandle(message.receiptHandle())
                                .build())
                        .toList()));
    }

    /** A new SQS client of such services in another process; the caller closes it. */
    public static SqsClient sqsClient(URI endpoint) {
        return SqsClient.builder()
                .endpointOverride(endpoint)
                .region(Region.of(REGION))
                .credentialsProvider(credentials())
                .build();
    }

    /** A new DynamoDB client of these services; the caller closes it. */
    public DynamoDbClient dynamoDbClient() {
        return DynamoDbClient.builder()
                .endpointOverride(dynamoDbEndpoint)
                .region(Region.of(REGION))
                .credentialsProvider(credentials())
                .build();
    }

    private static StaticCredentialsProvider credentials() {
        return StaticCredentialsProvider.create(AwsBasicCredentials.create(ACCESS_KEY, SECRET_KEY));
    }

    /** Stops both services; what they held is gone. */
    @Override
    public void close() {
        sqs.stopAndWait();
        try {
            dynamoDb.stop();
        } catch (Exception e) {
            throw new IllegalStateException("DynamoDB Local does not stop", e);
        } finally {
            dynamoDbHandler.close();
        }
    }

    /**
     * A port of 127.0.0.1 that nobody listens on now. ElasticMQ has to know its own address before it starts, so it cannot be
     * left to choose the port.
     */
    public static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(LOOPBACK))) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException("no free port", e);
        }
    }
}
