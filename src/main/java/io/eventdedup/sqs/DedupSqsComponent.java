package io.eventdedup.sqs;

import io.eventdedup.aws.FoundClient;
import io.eventdedup.aws.MergeGroup;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * The component {@code dedup-sqs}. Its endpoints share a client, which {@link io.eventdedup.aws.ClientLookup} finds when the first
 * one starts. Nothing of it is in the registry, so {@code aws2-sqs} and its clients stay as they are.
 */
@Component("dedup-sqs")
public class DedupSqsComponent extends DefaultComponent {

    @Metadata(description = "Threads that receive messages, for each consumer", defaultValue = "2")
    private int pollers = 2;

    @Metadata(description = "Threads that work on received messages, for each consumer", defaultValue = "64")
    private int workers = 64;

    @Metadata(
            description = "How long SQS hides a received message; it is extended while the message is in flight",
            defaultValue = "30s",
            javaType = "java.time.Duration")
    private Duration visibilityTimeout = Duration.ofSeconds(30);

    @Metadata(
            description = "How long a claim on a key holds. Calls that are repeated without harm end well before",
            defaultValue = "20s",
            javaType = "java.time.Duration")
    private Duration lease = Duration.ofSeconds(20);

    @Metadata(
            description =
                    "The queue whose acceptance of an event settles it: name, URL or ARN. An event that it has accepted"
                            + " is not sent again, even if a later step fails")
    private String outputQueue;

    private QueueName output;

    @Metadata(
            description = "The message attributes that become headers, separated by commas. Those that Camel or this"
                    + " component reads as its own are never taken over",
            defaultValue = "traceparent,tracestate")
    private String messageAttributeNames = "traceparent,tracestate";

    @Metadata(
            description =
                    "The queue of dead letters: name, URL or ARN. A consumer does not start if its own queue is this one"
                            + " or the output queue, however each is written")
    private String deadLetterQueue;

    @Metadata(
            label = "advanced",
            description =
                    "The client to use, also for the endpoints that name none. Else the only one in the registry, the"
                            + " client or the options of the aws2-sqs component, or one from the AWS SDK's default chain")
    private SqsClient amazonSQSClient;

    private MergeGroup mergeGroup = new MergeGroup();
    private EventListener listener = EventListener.NONE;
    private Runnable probe = () -> {};
    private final Connections connections = new Connections(this);
    private final List<DedupSqsConsumer> consumers = new CopyOnWriteArrayList<>();

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        DedupSqsEndpoint endpoint = new DedupSqsEndpoint(uri, this, QueueName.parse(remaining));
        setProperties(endpoint, parameters);
        connections.use(endpoint.getAmazonSQSClient(), endpoint.name());
        return endpoint;
    }

    /** What calls SQS; clients are looked for when the first endpoint starts. */
    Connections connections() {
        return connections;
    }

    /** Proves that the queue takes messages; throws while it does not. Sends none. */
    public void probeSending(String queue) {
        QueueName name = QueueName.parse(queue);
        connections.calls(name).probeSending(name);
    }

    /**
     * Asks SQS how many messages are in a queue.
     *
     * @param queue its name, URL or ARN
     * @throws software.amazon.awssdk.core.exception.SdkException if SQS does not say
     */
    public QueueDepth depth(String queue) {
        QueueName name = QueueName.parse(queue);
        return connections.calls(name).depth(name);
    }

    /**
     * The client that calls about a queue use.
     *
     * @param queue its name, URL or ARN
     * @return to be closed by nobody; the component closes what it has built
     * @throws io.eventdedup.aws.ClientException if it is not clear which client to use
     * @throws software.amazon.awssdk.core.exception.SdkException if there is no region
     */
    public FoundClient<SqsClient> client(String queue) {
        return connections.calls(QueueName.parse(queue)).found();
    }

    /** Whether an endpoint names a client of its own. */
    public boolean hasNamedClients() {
        return connections.hasNamedClients();
    }

    /**
     * A redrive of dead letters to an input queue. It uses the component's clients and time limits, so it ends before the component
     * does.
     *
     * @param begin letters written later are left
     * @throws io.eventdedup.aws.ClientException if it is not clear which client to use
     * @throws software.amazon.awssdk.core.exception.SdkException if there is no region
     */
    public Redrive redrive(String letters, String input, Redrive.Selection selection, Instant begin) {
        return new Redrive(
                connections, QueueName.parse(letters), QueueName.parse(input), selection, visibilityTimeout, begin);
    }

    @Override
    protected void doStop() throws Exception {
        super.doStop();
        connections.close();
    }

    /**
     * Whether it is the output queue, however both are written.
     *
     * @throws SendFailedException if SQS has to be asked and does not answer
     */
    boolean isOutput(QueueName queue) {
        return output != null && connections.areOne(output, queue);
    }

    /**
     * Refuses a queue to consume from that events or dead letters are sent to.
     *
     * @throws IllegalArgumentException if it is one
     * @throws software.amazon.awssdk.core.exception.SdkException if SQS has to be asked and does not answer
     */
    void refuseLoop(QueueName input) {
        refuseLoop(input, "output queue", outputQueue);
        refuseLoop(input, "dead-letter queue", deadLetterQueue);
    }

    private void refuseLoop(QueueName input, String role, String other) {
        if (other != null && connections.wouldLoop(input, QueueName.parse(other))) {
            throw new IllegalArgumentException("The %s %s is the input queue %s; an event would come back for ever"
                    .formatted(role, other, input.text()));
        }
    }

    void add(DedupSqsConsumer consumer) {
        consumers.add(consumer);
    }

    void remove(DedupSqsConsumer consumer) {
        consumers.remove(consumer);
    }

    /** The gates of the running consumers: whether each may poll. */
    public List<Gate> gates() {
        return consumers.stream().map(DedupSqsConsumer::gate).toList();
    }

    public int getPollers() {
        return pollers;
    }

    /** Threads that receive messages, for each consumer. */
    public void setPollers(int pollers) {
        this.pollers = pollers;
    }

    public int getWorkers() {
        return workers;
    }

    /** Threads that work on received messages, for each consumer. */
    public void setWorkers(int workers) {
        this.workers = workers;
    }

    public Duration getVisibilityTimeout() {
        return visibilityTimeout;
    }

    /** How long SQS hides a received message; it is extended while the message is in flight. */
    public void setVisibilityTimeout(Duration visibilityTimeout) {
        this.visibilityTimeout = visibilityTimeout;
    }

    public Duration getLease() {
        return lease;
    }

    /** How long a claim on a key holds. */
    public void setLease(Duration lease) {
        this.lease = lease;
    }

    public String getOutputQueue() {
        return outputQueue;
    }

    /** The queue whose acceptance of an event settles it. */
    public void setOutputQueue(String outputQueue) {
        this.outputQueue = outputQueue;
        this.output = outputQueue == null ? null : QueueName.parse(outputQueue);
    }

    public String getDeadLetterQueue() {
        return deadLetterQueue;
    }

    /** The queue of dead letters. */
    public void setDeadLetterQueue(String deadLetterQueue) {
        this.deadLetterQueue = deadLetterQueue;
    }

    public SqsClient getAmazonSQSClient() {
        return amazonSQSClient;
    }

    /** The client to use; it stays the caller's, to be closed by the caller. */
    public void setAmazonSQSClient(SqsClient amazonSQSClient) {
        this.amazonSQSClient = amazonSQSClient;
    }

    public String getMessageAttributeNames() {
        return messageAttributeNames;
    }

    /** The message attributes that become headers, separated by commas. */
    public void setMessageAttributeNames(String messageAttributeNames) {
        this.messageAttributeNames = messageAttributeNames;
    }

    MergeGroup mergeGroup() {
        return mergeGroup;
    }

    /** What is in flight, so that concurrent calls share requests; to be set before the first endpoint starts. */
    public void shareRequestsWithin(MergeGroup group) {
        this.mergeGroup = group;
    }

    EventListener listener() {
        return listener;
    }

    /** Who hears what becomes of each event; to be set before the first consumer starts. */
    public void tellOfEvents(EventListener hears) {
        this.listener = hears;
    }

    Runnable probe() {
        return probe;
    }

    /** What has to answer before polling resumes after an outage, besides the input queue; throws while it does not. */
    public void probeBeforePolling(Runnable dependencies) {
        this.probe = dependencies;
    }
}
