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
 * one starts. Nothing of it is in the registry, so {@code aws2-sqs} and its clients stay as they are.
 */
@Metadata(excludeProperties = "bridgeErrorHandler")
@Component("dedup-sqs")
public class DedupSqsComponent extends DefaultComponent {

    private static final Logger LOG = LoggerFactory.getLogger(DedupSqsComponent.class);

    private static final String END_OF_BLOCK =
            "it has come to the end of the idempotentConsumer's block without failure and without stop, because the route"
                    + " sends to no dedup-sqs output queue";

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

    @Metadata(
            description =
                    "The queue that takes dead letters: name, URL or ARN. Like the output queue, polling stops while it"
                            + " is unavailable")
    private String deadLetterQueue;

    @Metadata(
            description =
                    "Different events that fail at one step, one after the other and none passing it, before the step"
                            + " counts as unavailable; 0: never",
            defaultValue = "3")
    private int outageAfter = 3;

    @Metadata(
            description =
                    "Put before every key in the table: pipelines that share a table but not their keys differ in it")
    private String keyPrefix = "";

    @Metadata(
            description = "The message attributes that become headers, separated by commas. Those that Camel or this"
                    + " component reads as its own are never taken over",
            defaultValue = "traceparent,tracestate")
    private String messageAttributeNames = "traceparent,tracestate";

    @Metadata(
            label = "advanced",
            description =
                    "The client to use, also for the endpoints that name none. Else the only one in the registry, the"
                            + " client or the options of the aws2-sqs component, or one from the AWS SDK's default chain")
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

    /** By route, what the log has said: whether the output queue decides what is forwarded. */
    private final Map<String, Boolean> outputCounts = new ConcurrentHashMap<>();

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

    /** A queue has refused a message for its size or content; it was sent with fewer attributes, or not at all. */
    void refused(boolean sentWithFewer) {
        (sentWithFewer ? sentWithFewerAttributes : notSent).increment();
    }

    /** Messages that a queue refused with all their attributes, and accepted with fewer. */
    public long sentWithFewerAttributes() {
        return sentWithFewerAttributes.sum();
    }

    /** Messages that a queue refused for their size or content. */
    public long notSent() {
        return notSent.sum();
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

    void add(DedupSqsProducer producer) {
        producers.add(producer);
        consumers.forEach(this::sayWhatCounts);
    }

    void remove(DedupSqsProducer producer) {
        producers.remove(producer);
    }

    /** Whether a route sends to this queue, however it is written there. */
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
     * Refuses a queue to consume from that events or dead letters are sent to.
     *
     * @throws IllegalArgumentException if it is one
     * @throws software.amazon.awssdk.core.exception.SdkException if SQS has to be asked and does not answer
     */
    void refuseLoop(QueueName input, QueueName output, QueueName deadLetters) {
        refuseLoop(input, "output queue", output);
        refuseLoop(input, "dead-letter queue", deadLetters);
    }

    private void refuseLoop(QueueName input, String role, QueueName other) {
        if (connections.arriveInOne(input, other)) {
            throw new IllegalArgumentException("The %s %s is the input queue %s; an event would come back for ever"
                    .formatted(role, other.text(), input.text()));
        }
    }

    /**
     * Refuses a second consumer of a queue: two routes would share its messages by chance.
     *
     * @throws IllegalArgumentException if another route consumes from it
     * @throws software.amazon.awssdk.core.exception.SdkException if SQS has to be asked and does not answer
     */
    void refuseSecond(QueueName input, String routeId) {
        for (DedupSqsConsumer other : consumers) {
            if (connections.arriveInOne(input, other.queue())) {
                throw new IllegalArgumentException(
                        "The routes %s and %s both take events from the input queue %s; give each route a queue, or remove one"
                                .formatted(other.getRouteId(), routeId, input.text()));
            }
        }
    }

    /**
     * The pipeline of a message that another component has received, as in a test that replaces the route's input. Nothing polls, so
     * no failure is an outage, and an event is forwarded when it has come to the end of the block.
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

    /** At the start of a route, and once more if a step that chooses its queue for each event has sent to the output queue. */
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
    }

    public SqsClient getAmazonSQSClient() {
        return amazonSQSClient;
    }

    /** The client to use; it stays the caller's, to be closed by the caller. */
    public void setAmazonSQSClient(SqsClient amazonSQSClient) {
        this.amazonSQSClient = amazonSQSClient;
    }

    public String getDeadLetterQueue() {
        return deadLetterQueue;
    }

    /** The queue that takes dead letters. */
    public void setDeadLetterQueue(String deadLetterQueue) {
        this.deadLetterQueue = deadLetterQueue;
    }

    public int getOutageAfter() {
        return outageAfter;
    }

    /** Different events that fail at one step, one after the other, before the step counts as unavailable; 0: never. */
    public void setOutageAfter(int outageAfter) {
        this.outageAfter = outageAfter;
    }

    public String getKeyPrefix() {
        return keyPrefix;
    }

    /** Put before every key in the table. */
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

    /** What is in flight, so that concurrent calls share requests; to be set before the first endpoint starts. */
    public void shareRequestsWithin(MergeGroup group) {
        this.mergeGroup = group;
    }

    EventListener listener() {
        return listener;
    }

    /** Who hears what becomes of each event, in this order; to be set before the first consumer starts. */
    public void tellOfEvents(EventListener... listeners) {
        this.listener = new Listeners(listeners);
    }

    FailureTable failures() {
        return failures;
    }

    /** What decides about events that fail; to be set before the first consumer starts. */
    public void decideFailuresBy(FailureTable table) {
        this.failures = table;
    }

    Runnable probe() {
        return probe;
    }

    /** What has to answer before polling resumes after an outage, besides a pipeline's queues; throws while it does not. */
    public void probeBeforePolling(Runnable dependencies) {
        this.probe = dependencies;
    }
}
