package io.eventdedup.sqs;

import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * Receive events from an AWS SQS queue and forward each one once, without losing any.
 */
@UriEndpoint(
        firstVersion = "1.0.0",
        scheme = "dedup-sqs",
        title = "Event Dedup SQS",
        syntax = "dedup-sqs:queue",
        category = {Category.CLOUD, Category.MESSAGING},
        headersClass = DedupSqsHeaders.class)
@Metadata(excludeProperties = "bridgeErrorHandler,exceptionHandler,exchangePattern")
public class DedupSqsEndpoint extends DefaultEndpoint {

    private final QueueName name;

    @UriPath(description = "The queue, by name, URL or ARN")
    @Metadata(required = true)
    private String queue;

    @UriParam(
            label = "consumer",
            description = "Number of threads that receive messages; by default as for the component")
    private Integer pollers;

    @UriParam(
            label = "consumer",
            description = "Number of threads that process messages; by default as for the component")
    private Integer workers;

    @UriParam(label = "consumer", description = "The output queue: name, URL or ARN; by default that of the component")
    private String outputQueue;

    @UriParam(
            label = "consumer",
            description = "The dead-letter queue: name, URL or ARN; by default that of the component")
    private String deadLetterQueue;

    @UriParam(
            label = "consumer",
            description =
                    "Prefix of every key in the table; by default that of the component. Pipelines that share a table but not"
                            + " their keys need different prefixes")
    private String keyPrefix;

    @UriParam(
            label = "advanced",
            description = "The client to use, for example for another account; by default that of the component")
    private SqsClient amazonSQSClient;

    DedupSqsEndpoint(String uri, DedupSqsComponent component, QueueName name) {
        super(uri, component);
        this.name = name;
        this.queue = name.text();
    }

    @Override
    public Producer createProducer() {
        return new DedupSqsProducer(this);
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        DedupSqsConsumer consumer = new DedupSqsConsumer(this, processor);
        configureConsumer(consumer);
        return consumer;
    }

    @Override
    public DedupSqsComponent getComponent() {
        return (DedupSqsComponent) super.getComponent();
    }

    QueueName name() {
        return name;
    }

    int pollers() {
        return pollers == null ? getComponent().getPollers() : pollers;
    }

    int workers() {
        return workers == null ? getComponent().getWorkers() : workers;
    }

    /** The output queue of a consumer. */
    public QueueName output() {
        return QueueName.parse(outputQueue == null ? getComponent().getOutputQueue() : outputQueue);
    }

    /** The dead-letter queue of a consumer. */
    public QueueName deadLetters() {
        return QueueName.parse(deadLetterQueue == null ? getComponent().getDeadLetterQueue() : deadLetterQueue);
    }

    /**
     * The identity of the output queue of a consumer.
     *
     * @throws software.amazon.awssdk.core.exception.SdkException if SQS has to be asked and does not answer, or there is no such queue
     */
    public QueueIdentity outputIdentity() {
        return getComponent().connections().calls(output()).identity(output());
    }

    /** The prefix of the keys of a consumer's events. */
    public String keyPrefix() {
        return keyPrefix == null ? getComponent().getKeyPrefix() : keyPrefix;
    }

    public String getOutputQueue() {
        return outputQueue;
    }

    /** The output queue; an event that it has accepted is forwarded. */
    public void setOutputQueue(String outputQueue) {
        this.outputQueue = outputQueue;
    }

    public String getDeadLetterQueue() {
        return deadLetterQueue;
    }

    /** The dead-letter queue. */
    public void setDeadLetterQueue(String deadLetterQueue) {
        this.deadLetterQueue = deadLetterQueue;
    }

    public String getKeyPrefix() {
        return keyPrefix;
    }

    /** The prefix of every key in the table. */
    public void setKeyPrefix(String keyPrefix) {
        this.keyPrefix = keyPrefix;
    }

    public String getQueue() {
        return queue;
    }

    public Integer getPollers() {
        return pollers;
    }

    /** The number of threads that receive messages. */
    public void setPollers(Integer pollers) {
        this.pollers = pollers;
    }

    public Integer getWorkers() {
        return workers;
    }

    /** The number of threads that process messages. */
    public void setWorkers(Integer workers) {
        this.workers = workers;
    }

    public SqsClient getAmazonSQSClient() {
        return amazonSQSClient;
    }

    /** The client to use; the caller remains responsible for closing it. */
    public void setAmazonSQSClient(SqsClient amazonSQSClient) {
        this.amazonSQSClient = amazonSQSClient;
    }
}
