package io.eventdedup.sqs;

import io.eventdedup.aws.FoundClient;
import io.eventdedup.aws.MergeGroup;
import io.eventdedup.event.EventListener;
import io.eventdedup.event.FailureTable;
import io.eventdedup.event.Listeners;
import io.eventdedup.event.Polling;
import io.eventdedup.event.ReturnDelay;
import io.eventdedup.event.Steps;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * The component {@code dedup-sqs}. Its endpoints share a client, which {@link io.eventdedup.aws.ClientLookup} finds when the first
 * endpoint starts. The component binds nothing in the registry, so {@code aws2-sqs} and its clients are not affected.
 */
@Metadata(excludeProperties = "bridgeErrorHandler")
@Component("dedup-sqs")
public class DedupSqsComponent extends DefaultComponent {

    private static final Logger LOG = LoggerFactory.getLogger(DedupSqsComponent.class);

    private static final String END_OF_BLOCK =
            "it reaches the end of the idempotentConsumer block without a failure and without stop, because the route"
                    + " sends to no dedup-sqs output queue";

    @Metadata(description = "Number of threads that receive messages, per consumer", defaultValue = "2")
    private int pollers = 2;

    @Metadata(description = "Number of threads that process messages, per consumer", defaultValue = "64")
    private int workers = 64;

    @Metadata(
            description = "How long SQS hides a received message; it is extended while the message is in flight",
            defaultValue = "30s",
            javaType = "java.time.Duration")
    private Duration visibilityTimeout = Duration.ofSeconds(30);

    @Metadata(
            description =
                    "How long a claim on a key is valid. Calls that can be repeated safely have a time limit well below it",
            defaultValue = "20s",
            javaType = "java.time.Duration")
    private Duration lease = Duration.ofSeconds(20);

    @Metadata(
            description =
                    "The output queue: name, URL or ARN. An event that it has accepted is forwarded, and is not sent again even"
                            + " if a later step fails")
    private String outputQueue;

    @Metadata(
            description =
                    "The dead-letter queue: name, URL or ARN. Polling stops while it is unavailable, as for the output queue")
    private String deadLetterQueue;

    @Metadata(
            description =
                    "How many different events must fail at a step in a row before the step counts as unavailable;"
                            + " 0: never",
            defaultValue = "3")
    private int outageAfter = 3;

    @Metadata(
            description =
                    "Prefix of every key in the table. Pipelines that share a table but not their keys need different prefixes")
    private String keyPrefix = "";

    @Metadata(
            description =
                    "The message attributes that become headers, separated by commas. Attributes that Camel or this"
                            + " component would interpret are never included",
            defaultValue = "traceparent,tracestate")
    private String messageAttributeNames = "traceparent,tracestate";

    @Metadata(
            label = "advanced",
            description =
                    "The client for all endpoints that name none. If not set: the only client in the registry, the client or"
                            + " the options of the aws2-sqs component, or one built by the AWS SDK's default chain")
    private SqsClient amazonSQSClient;

    private MergeGroup mergeGroup = new MergeGroup();
    private EventListener listener = new Listeners();
    private FailureTable failures =
            new FailureTable(5, Clock.systemUTC(), new ReturnDelay(() -> ThreadLocalRandom.current()
                    .nextDouble()));
    private Runnable probe = () -> {};
    private final Connections connections = new Connections(this);
    private final List<DedupSqsConsumer> consumers = new CopyOnWriteArrayList<>();
    private final Set<DedupSqsProducer> producers = ConcurrentHashMap.newKeySet();

    private final LongAdder sentWithFewerAttributes = new LongAdder();
    private final LongAdder notSent = new LongAdder();

    /** By route: what was logged last, whether the acceptance by the output queue counts as forwarded. */
    private final Map<String, Boolean> outputCounts = new ConcurrentHashMap<>();

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        DedupSqsEndpoint endpoint = new DedupSqsEndpoint(uri, this, QueueName.parse(remaining));
        setProperties(endpoint, parameters);
        connections.use(endpoint.getAmazonSQSClient(), endpoint.name());
        return endpoint;
    }

    /** The connections to SQS; clients are looked up when the first endpoint starts. */
    Connections connections() {
        return connections;
    }

    /** Counts a message that a queue has rejected for its size or content, and that was sent with fewer attributes or not at all. */
    void refused(boolean sentWithFewer) {
        (sentWithFewer ? sentWithFewerAttributes : notSent).increment();
    }

    /** The number of messages that a queue rejected with all their attributes, and accepted with fewer. */
    public long sentWithFewerAttributes() {
        return sentWithFewerAttributes.sum();
    }

    /** The number of messages that a queue rejected for their size or content. */
    public long notSent() {
        return notSent.sum();
    }

    /**
     * Asks SQS how many messages are in a queue.
     *
     * @param queue its name, URL or ARN
     * @throws software.amazon.awssdk.core.exception.SdkException if SQS does not respond or rejects the call
     */
    public QueueDepth depth(String queue) {
        QueueName name = QueueName.parse(queue);
        return connections.calls(name).depth(name);
    }

    /**
     * The client for calls about a queue.
     *
     * @param queue its name, URL or ARN
     * @return the client; do not close it, because the component closes the clients that it has built
     * @throws io.eventdedup.aws.ClientException if it is not clear which client to use
     * @throws software.amazon.awssdk.core.exception.SdkException if there is no region
     */
    public FoundClient<SqsClient> client(String queue) {
        return connections.calls(QueueName.parse(queue)).found();
    }

    /** Whether an endpoint names its own client. */
    public boolean hasNamedClients() {
        return connections.hasNamedClients();
    }

    /**
     * A redrive of dead letters to an input queue. It uses the clients of the component, so it must end before the component stops.
     *
     * @param begin dead letters that were written later are left
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

    void add(DedupSqsProducer producer) {
        producers.add(producer);
        consumers.forEach(this::sayWhatCounts);
    }

    void remove(DedupSqsProducer producer) {
        producers.remove(producer);
    }

    /** Whether a route sends to this queue, by whatever name. */
    boolean hasProducer(QueueName queue) {
        return producers.stream()
                .map(DedupSqsProducer::queue)
                .anyMatch(sent -> sent.name().equals(queue.name()) && isProbably(sent, queue));
    }

    private boolean isProbably(QueueName one, QueueName other) {
        try {
            return connections.areOne(one, other);
        } catch (SendFailedException notAnswered) {
            return true;
        }
    }

    /**
     * Rejects an input queue to which events or dead letters are sent.
     *
     * @throws IllegalArgumentException if it is also the output or the dead-letter queue
     * @throws software.amazon.awssdk.core.exception.SdkException if SQS has to be asked and does not answer
     */
    void refuseLoop(QueueName input, QueueName output, QueueName deadLetters) {
        refuseLoop(input, "output queue", output);
        refuseLoop(input, "dead-letter queue", deadLetters);
    }

    private void refuseLoop(QueueName input, String role, QueueName other) {
        if (connections.arriveInOne(input, other)) {
            throw new IllegalArgumentException("The %s %s is the input queue %s; an event would come back forever"
                    .formatted(role, other.text(), input.text()));
        }
    }

    /**
     * Rejects a second consumer of a queue, because each message would go to one of the two routes by chance.
     *
     * @throws IllegalArgumentException if another route consumes from it
     * @throws software.amazon.awssdk.core.exception.SdkException if SQS has to be asked and does not answer
     */
    void refuseSecond(QueueName input, String routeId) {
        for (DedupSqsConsumer other : consumers) {
            if (connections.arriveInOne(input, other.queue())) {
                throw new IllegalArgumentException(
                        "The routes %s and %s both take events from the input queue %s; give each route its own queue, or remove one route"
                                .formatted(other.getRouteId(), routeId, input.text()));
            }
        }
    }

    /**
     * The pipeline of a message that another component has received, as in a test that replaces the route's input. There is no polling, so
     * no failure is an outage, and an event counts as forwarded when it reaches the end of the block.
     *
     * @param routeId the route that the message goes through
     */
    public QueuePipeline pipelineWithoutInput(String routeId) {
        return new QueuePipeline(
                routeId,
                keyPrefix,
                null,
                QueueName.parse(outputQueue),
                QueueName.parse(deadLetterQueue),
                connections,
                Polling.NONE,
                Optional::empty,
                failures,
                new Steps(0, Clock.systemUTC()),
                listener,
                () -> false,
                () -> 0);
    }

    void add(DedupSqsConsumer consumer) {
        consumers.add(consumer);
        sayWhatCounts(consumer);
    }

    /**
     * Logs what counts as forwarded: when a route starts, and again when a step with a dynamic endpoint first sends to the output queue.
     */
    private void sayWhatCounts(DedupSqsConsumer consumer) {
        QueuePipeline pipeline = consumer.pipeline();
        boolean sends = pipeline.sendsToOutput();
        if (!Boolean.valueOf(sends).equals(outputCounts.put(pipeline.id(), sends))) {
            String accepted = "queue " + pipeline.outputQueue() + " has accepted it";
            LOG.info("route {}: an event counts as forwarded when {}", pipeline.id(), sends ? accepted : END_OF_BLOCK);
        }
    }

    void remove(DedupSqsConsumer consumer) {
        consumers.remove(consumer);
    }

    /** The pipelines that run. */
    public List<QueuePipeline> pipelines() {
        return consumers.stream().map(DedupSqsConsumer::pipeline).toList();
    }

    public int getPollers() {
        return pollers;
    }

    /** The number of threads that receive messages, per consumer. */
    public void setPollers(int pollers) {
        this.pollers = pollers;
    }

    public int getWorkers() {
        return workers;
    }

    /** The number of threads that process messages, per consumer. */
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

    /** How long a claim on a key is valid. */
    public void setLease(Duration lease) {
        this.lease = lease;
    }

    public String getOutputQueue() {
        return outputQueue;
    }

    /** The output queue; an event that it has accepted is forwarded. */
    public void setOutputQueue(String outputQueue) {
        this.outputQueue = outputQueue;
    }

    public SqsClient getAmazonSQSClient() {
        return amazonSQSClient;
    }

    /** The client to use; the caller remains responsible for closing it. */
    public void setAmazonSQSClient(SqsClient amazonSQSClient) {
        this.amazonSQSClient = amazonSQSClient;
    }

    public String getDeadLetterQueue() {
        return deadLetterQueue;
    }

    /** The dead-letter queue. */
    public void setDeadLetterQueue(String deadLetterQueue) {
        this.deadLetterQueue = deadLetterQueue;
    }

    public int getOutageAfter() {
        return outageAfter;
    }

    /** How many different events must fail at a step in a row before the step counts as unavailable; 0: never. */
    public void setOutageAfter(int outageAfter) {
        this.outageAfter = outageAfter;
    }

    public String getKeyPrefix() {
        return keyPrefix;
    }

    /** The prefix of every key in the table. */
    public void setKeyPrefix(String keyPrefix) {
        this.keyPrefix = keyPrefix;
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

    /** Sets the group within which concurrent calls share requests; call this before the first endpoint starts. */
    public void shareRequestsWithin(MergeGroup group) {
        this.mergeGroup = group;
    }

    EventListener listener() {
        return listener;
    }

    /** Sets the listeners to the outcome of each event, called in this order; call this before the first consumer starts. */
    public void tellOfEvents(EventListener... listeners) {
        this.listener = new Listeners(listeners);
    }

    FailureTable failures() {
        return failures;
    }

    /** Sets the table that decides what happens to failed events; call this before the first consumer starts. */
    public void decideFailuresBy(FailureTable table) {
        this.failures = table;
    }

    Runnable probe() {
        return probe;
    }

    /**
     * Sets the probe of the dependencies that must be available before polling resumes, besides the queues of the pipeline. It throws while
     * one is unavailable.
     */
    public void probeBeforePolling(Runnable dependencies) {
        this.probe = dependencies;
    }
}
