package io.eventdedup.sqs;

import io.eventdedup.merge.MergeGroup;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.spi.Metadata;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.SqsServiceClientConfiguration;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchRequest;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchResponse;
import software.amazon.awssdk.services.sqs.model.DeleteMessageRequest;
import software.amazon.awssdk.services.sqs.model.DeleteMessageResponse;
import software.amazon.awssdk.services.sqs.model.EmptyBatchRequestException;
import software.amazon.awssdk.services.sqs.model.GetQueueAttributesRequest;
import software.amazon.awssdk.services.sqs.model.GetQueueAttributesResponse;
import software.amazon.awssdk.services.sqs.model.GetQueueUrlRequest;
import software.amazon.awssdk.services.sqs.model.GetQueueUrlResponse;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueDoesNotExistException;
import software.amazon.awssdk.services.sqs.model.ReceiveMessageRequest;
import software.amazon.awssdk.services.sqs.model.ReceiveMessageResponse;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequest;
import software.amazon.awssdk.services.sqs.model.SendMessageRequest;
import software.amazon.awssdk.services.sqs.model.SendMessageResponse;

/**
 * The SQS client that the route uses. It looks like any {@link SqsClient} to Camel's endpoints, which therefore stay
 * plain YAML, and adds what a route that must not lose messages needs:
 *
 * <ol>
 *   <li>A queue is named by its name or its URL; a name is looked up at its first use, so a route starts while SQS is
 *       away, and without the permission to list queues.
 *   <li>Every message received is a {@link Delivery} until it is deleted or given back. Those that are not settled are
 *       kept invisible, also while they wait for a worker. At the route's stop those not begun are given back at once.
 *   <li>Message attributes cannot set Camel headers, and none can make Camel drop a polled batch.
 *   <li>A FIFO input queue hands out one message at a time, which keeps the order within a group: SQS holds back the rest
 *       of a group while one of its messages is invisible.
 *   <li>What is sent to a FIFO queue gets its ids from {@link FifoIds}.
 *   <li>Given an {@link MergeGroup}, sends, deletes and visibility changes of concurrent exchanges share requests.
 *   <li>Every call has a time limit, for each attempt and in total, well below the lease.
 *   <li>A failing receive closes the {@link Gate} instead of filling the log; while it is half open, one message is
 *       received at a time.
 * </ol>
 *
 * <p>Only the calls below are there. The rest of {@link SqsClient}, purging and deleting queues above all, answers with
 * {@link UnsupportedOperationException}.
 */
public final class DedupSqsClient implements SqsClient {

    private static final String FIFO_SUFFIX = ".fifo";
    private static final int EXTENSIONS_PER_VISIBILITY = 3;

    /**
     * No limit in practice. Pollers and workers make one call at a time each, so they are the limit. The AWS SDK's own of 50
     * is taken up by as many pollers, and then every send waits until it fails.
     */
    private static final int MOST_CONNECTIONS = 10_000;

    private final Clock clock;
    private final Deliveries deliveries = new Deliveries();
    private final Map<String, String> urlsByName = new ConcurrentHashMap<>();
    private SqsClient delegate;

    /** One attempt; the SDK makes several within {@link #totalLimit}. */
    private Duration attemptLimit;

    private Duration totalLimit;
    private AwsRequestOverrideConfiguration callLimits;
    private VisibilityKeeper visibilityKeeper;
    private Gate gate;
    private MergedSends mergedSends;
    private MergedDeletes mergedDeletes;

    @Metadata(description = "How long a received message stays invisible unless it is extended", defaultValue = "30s")
    private Duration visibilityTimeout = Duration.ofSeconds(30);

    @Metadata(description = "How long a claim holds; calls end well before", defaultValue = "20s")
    private Duration lease = Duration.ofSeconds(20);

    @Metadata(description = "Who is in work; if given, calls made at the same time are merged into batches")
    private MergeGroup mergeGroup;

    /** A client of the AWS SDK's default chain of credentials, region and endpoint. */
    public DedupSqsClient() {
        this(null, Clock.systemUTC());
    }

    /**
     * @param delegate the client that makes the calls; null takes the AWS SDK's default chain
     * @param clock tells when a message's visibility ends
     */
    public DedupSqsClient(SqsClient delegate, Clock clock) {
        this.delegate = delegate;
        this.clock = clock;
    }

    /** Starts the care for received messages. Call once, after the setters and before the first receive. */
    public void init() {
        if (delegate == null) {
            delegate = SqsClient.builder()
                    .httpClientBuilder(ApacheHttpClient.builder().maxConnections(MOST_CONNECTIONS))
                    .build();
        }
        attemptLimit = lease.dividedBy(8);
        totalLimit = lease.dividedBy(3);
        callLimits = timeLimits(attemptLimit, totalLimit);
        boolean merging = mergeGroup != null && mergeGroup.isMerging();
        if (merging) {
            mergedSends = new MergedSends(delegate, mergeGroup, callLimits);
            mergedDeletes = new MergedDeletes(delegate, deliveries, callLimits);
        }
        visibilityKeeper = new VisibilityKeeper(deliveries, this, clock, visibilityTimeout, merging);
        visibilityKeeper.start(visibilityTimeout.dividedBy(EXTENSIONS_PER_VISIBILITY));
    }

    /** Called when the route has stopped: deletes what is finished, and gives back at once what was not begun with. */
    void finish() {
        if (mergedDeletes != null) {
            mergedDeletes.flush();
        }
        deliveries.waiting().forEach(delivery -> giveBack(delivery, Duration.ZERO));
        visibilityKeeper.flush();
    }

    /** Makes a message visible again after the given time and ends the care for it. */
    void giveBack(Delivery delivery, Duration visibleIn) {
        deliveries.returned(delivery);
        visibilityKeeper.giveBack(delivery, visibleIn);
    }

    /** One more message is in work. */
    void begin(Delivery delivery) {
        delivery.begin();
        if (mergeGroup != null) {
            mergeGroup.begin();
        }
    }

    /** The work on a message is over, well or not. */
    void end() {
        if (mergeGroup != null) {
            mergeGroup.end();
        }
    }

    Deliveries deliveries() {
        return deliveries;
    }

    /** The gate that a failed receive closes, so that it answers with no message instead of failing. */
    void setGate(Gate gate) {
        this.gate = gate;
    }

    @Override
    public ReceiveMessageResponse receiveMessage(ReceiveMessageRequest request) {
        try {
            return receive(request);
        } catch (SdkException failure) {
            if (gate == null) {
                throw failure;
            }
            gate.close(failure);
            return ReceiveMessageResponse.builder().messages(List.of()).build();
        }
    }

    private ReceiveMessageResponse receive(ReceiveMessageRequest request) {
        String queueUrl = queueUrl(request.queueUrl());
        Duration wait = Duration.ofSeconds(request.waitTimeSeconds() == null ? 0 : request.waitTimeSeconds());
        ReceiveMessageResponse response = delegate.receiveMessage(request.toBuilder()
                .queueUrl(queueUrl)
                .maxNumberOfMessages(mayReceiveSeveral(queueUrl) ? request.maxNumberOfMessages() : Integer.valueOf(1))
                .visibilityTimeout((int) visibilityTimeout.toSeconds())
                .messageSystemAttributeNames(MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT)
                .overrideConfiguration(timeLimits(attemptLimit.plus(wait), totalLimit.plus(wait)))
                .build());
        Instant now = clock.instant();
        return response.toBuilder()
                .messages(response.messages().stream()
                        .map(message -> received(queueUrl, message, now))
                        .toList())
                .build();
    }

    private boolean mayReceiveSeveral(String queueUrl) {
        return !isFifo(queueUrl) && (gate == null || !gate.isHalfOpen());
    }

    private Message received(String queueUrl, Message message, Instant now) {
        String receiveCount = message.attributes().get(MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT);
        deliveries.add(new Delivery(
                queueUrl,
                message.messageId(),
                message.receiptHandle(),
                receiveCount == null ? 1 : Integer.parseInt(receiveCount),
                now,
                now.plus(visibilityTimeout),
                deliveries.settledEarlier(message.messageId())));
        return message.toBuilder()
                .attributes(Map.of())
                .messageAttributes(AttributeFilter.clean(message.messageAttributes()))
                .build();
    }

    @Override
    public SendMessageResponse sendMessage(SendMessageRequest request) {
        String queueUrl = queueUrl(request.queueUrl());
        SendMessageRequest send = request.toBuilder()
                .queueUrl(queueUrl)
                .overrideConfiguration(callLimits)
                .build();
        SendMessageRequest complete = isFifo(queueUrl) ? FifoIds.withIds(send) : send;
        return mergedSends == null ? delegate.sendMessage(complete) : mergedSends.send(complete);
    }

    /**
     * Proves that the service takes messages for a queue, without sending one: asks it to send a batch of none, which SQS
     * refuses for being empty.
     *
     * @throws SdkException while the service does not take messages
     */
    public void probeSending(String queue) {
        try {
            delegate.sendMessageBatch(SendMessageBatchRequest.builder()
                    .queueUrl(queueUrl(queue))
                    .entries(List.of())
                    .overrideConfiguration(callLimits)
                    .build());
        } catch (EmptyBatchRequestException proof) {
            return; // by a service that is there
        }
    }

    /**
     * Deletes a message. With merging it returns at once, and the message is deleted a little later, together with others:
     * what became of its events is in the table by then, so one that comes back after all is a duplicate. On a FIFO queue
     * it is deleted before the call returns, since the rest of its group waits for it.
     */
    @Override
    public DeleteMessageResponse deleteMessage(DeleteMessageRequest request) {
        String queueUrl = queueUrl(request.queueUrl());
        Optional<Delivery> delivery = deliveries.find(request.receiptHandle());
        if (mergedDeletes != null && delivery.isPresent() && !isFifo(queueUrl)) {
            mergedDeletes.delete(delivery.get());
            return DeleteMessageResponse.builder().build();
        }
        try {
            DeleteMessageResponse response = delegate.deleteMessage(request.toBuilder()
                    .queueUrl(queueUrl)
                    .overrideConfiguration(callLimits)
                    .build());
            deliveries.settle(request.receiptHandle());
            return response;
        } catch (RuntimeException failure) {
            delivery.ifPresent(deliveries::returned);
            throw failure;
        }
    }

    @Override
    public ChangeMessageVisibilityBatchResponse changeMessageVisibilityBatch(
            ChangeMessageVisibilityBatchRequest request) {
        return delegate.changeMessageVisibilityBatch(request.toBuilder()
                .queueUrl(queueUrl(request.queueUrl()))
                .overrideConfiguration(callLimits)
                .build());
    }

    @Override
    public GetQueueUrlResponse getQueueUrl(GetQueueUrlRequest request) {
        return delegate.getQueueUrl(
                request.toBuilder().overrideConfiguration(callLimits).build());
    }

    @Override
    public GetQueueAttributesResponse getQueueAttributes(GetQueueAttributesRequest request) {
        return delegate.getQueueAttributes(request.toBuilder()
                .queueUrl(queueUrl(request.queueUrl()))
                .overrideConfiguration(callLimits)
                .build());
    }

    @Override
    public SqsServiceClientConfiguration serviceClientConfiguration() {
        return delegate.serviceClientConfiguration();
    }

    @Override
    public String serviceName() {
        return delegate.serviceName();
    }

    /** Ends the care for received messages and closes the client underneath. */
    @Override
    public void close() {
        if (mergedDeletes != null) {
            mergedDeletes.close();
        }
        if (visibilityKeeper != null) {
            visibilityKeeper.close();
        }
        if (delegate != null) {
            delegate.close();
        }
    }

    /**
     * The URL of a queue that is given by its name or its URL.
     *
     * @throws QueueDoesNotExistException if there is no queue of that name
     */
    String queueUrl(String nameOrUrl) {
        if (nameOrUrl.startsWith("http://") || nameOrUrl.startsWith("https://")) {
            return nameOrUrl;
        }
        String known = urlsByName.get(nameOrUrl);
        if (known != null) {
            return known;
        }
        String url = getQueueUrl(
                        GetQueueUrlRequest.builder().queueName(nameOrUrl).build())
                .queueUrl();
        urlsByName.put(nameOrUrl, url);
        return url;
    }

    private static boolean isFifo(String queueUrl) {
        return queueUrl.endsWith(FIFO_SUFFIX);
    }

    private static AwsRequestOverrideConfiguration timeLimits(Duration attempt, Duration total) {
        return AwsRequestOverrideConfiguration.builder()
                .apiCallAttemptTimeout(attempt)
                .apiCallTimeout(total)
                .build();
    }

    public void setVisibilityTimeout(Duration visibilityTimeout) {
        this.visibilityTimeout = visibilityTimeout;
    }

    public void setLease(Duration lease) {
        this.lease = lease;
    }

    public void setMergeGroup(MergeGroup mergeGroup) {
        this.mergeGroup = mergeGroup;
    }
}
