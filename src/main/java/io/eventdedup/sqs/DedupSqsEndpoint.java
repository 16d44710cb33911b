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
 * Take events from an AWS SQS queue and send each one on once, losing none.
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

    @UriParam(label = "consumer", description = "Threads that receive messages. The component's if not given")
    private Integer pollers;

    @UriParam(label = "consumer", description = "Threads that work on received messages. The component's if not given")
    private Integer workers;

    @UriParam(
            label = "consumer",
            description = "The queue whose acceptance of an event settles it. The component's if not given")
    private String outputQueue;

    @UriParam(label = "consumer", description = "The queue that takes dead letters. The component's if not given")
    private String deadLetterQueue;

    @UriParam(
            label = "consumer",
            description =
                    "Put before every key in the table: pipelines that share a table but not their keys differ in it."
                            + " The component's if not given")
    private String keyPrefix;

    @UriParam(
            label = "advanced",
            description = "The client to use, for example of another account. The component's if not given")
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
     * Which queue the output queue of a consumer is.
     *
     * @throws software.amazon.awssdk.core.exception.SdkException if SQS has to be asked and does not answer, or there is no such queue
     */
    public QueueIdentity outputIdentity() {
        return getComponent().connections().calls(output()).identity(output());
    }

    /** What the keys of a consumer's events begin with. */
    public String keyPrefix() {
        return keyPrefix == null ? getComponent().getKeyPrefix() : keyPrefix;
    }

    public String getOutputQueue() {
        return outputQueue;
    }

    /** The queue whose acceptance of an event settles it. */
    public void setOutputQueue(String outputQueue) {
        this.outputQueue = outputQueue;
    }

    public String getDeadLetterQueue() {
        return deadLetterQueue;
    }

    /** The queue that takes dead letters. */
    public void setDeadLetterQueue(String deadLetterQueue) {
        this.deadLetterQueue = deadLetterQueue;
    }

    public String getKeyPrefix() {
        return keyPrefix;
    }

    /** Put before every key in the table. */
    public void setKeyPrefix(String keyPrefix) {
        this.keyPrefix = keyPrefix;
    }

    public String getQueue() {
        return queue;
    }

    public Integer getPollers() {
        return pollers;
    }

    /** Threads that receive messages. */
    public void setPollers(Integer pollers) {
        this.pollers = pollers;
    }

    public Integer getWorkers() {
        return workers;
    }

    /** Threads that work on received messages. */
    public void setWorkers(Integer workers) {
        this.workers = workers;
    }

    public SqsClient getAmazonSQSClient() {
        return amazonSQSClient;
    }

    /** The client to use; it stays the caller's, to be closed by the caller. */
    public void setAmazonSQSClient(SqsClient amazonSQSClient) {
        this.amazonSQSClient = amazonSQSClient;
    }
}
