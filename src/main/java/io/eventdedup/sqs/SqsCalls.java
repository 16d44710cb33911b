package io.eventdedup.sqs;

import io.eventdedup.aws.AwsFailure;
import io.eventdedup.aws.AwsService;
import io.eventdedup.aws.CallLimits;
import io.eventdedup.aws.ClientLookup;
import io.eventdedup.aws.FoundClient;
import io.eventdedup.aws.RequestSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.SqsClientBuilder;
import software.amazon.awssdk.services.sqs.model.BatchResultErrorEntry;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchResponse;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchResultEntry;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchResponse;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchResultEntry;
import software.amazon.awssdk.services.sqs.model.GetQueueUrlRequest;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueDoesNotExistException;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchResponse;
import software.amazon.awssdk.services.sqs.model.SqsException;

/**
 * The calls to SQS, each with a time limit.
 *
 * <p>Receives, deletes and visibility changes can be repeated safely, so the AWS SDK retries them within a limit well below the lease. A
 * send to a standard queue cannot: if the response is slow, the message has usually been accepted. So a send is one attempt with a long
 * time limit, which the SDK never retries; {@link Sends} decides what to send again.
 *
 * <p>If the name of a queue contains its region, the queue is called in that region, with the same client.
 */
final class SqsCalls implements AutoCloseable {

    /** The maximum of entries in a batch and of messages in a receive (AWS documentation, SQS message quotas). */
    static final int MAX_BATCH = 10;

    /** The minimum time limit of a send. */
    private static final Duration MIN_SEND_LIMIT = Duration.ofSeconds(10);

    /**
     * In practice no limit, because each poller and worker makes one call at a time. With the AWS SDK's default of 50 connections, 50
     * pollers would hold all of them, and every send would wait until it fails.
     */
    private static final int MAX_CONNECTIONS = 10_000;

    /** Servers close idle connections after about a minute; closing them earlier keeps sends from using a closed one. */
    private static final Duration MAX_IDLE = Duration.ofSeconds(20);

    /** The error of an entry that the response does not contain. */
    private static final BatchResultErrorEntry NOT_MENTIONED = BatchResultErrorEntry.builder()
            .code("NotMentioned")
            .message("the response of SQS does not contain this message")
            .senderFault(false)
            .build();

    /** How to find the client of an application. */
    static final AwsService<SqsClientBuilder, SqsClient> SERVICE = new AwsService<>(
            SqsClient.class,
            "camel.component.dedup-sqs.amazonSQSClient=#bean:NAME",
            "aws2-sqs",
            "amazonSQSClient",
            SqsClient::builder);

    private final FoundClient<SqsClient> found;
    private final SqsClient client;

    /** The region of the client; null if it is not known. */
    private final String home;

    private final CallLimits limits;
    private final Map<Optional<String>, Settings> settings = new ConcurrentHashMap<>();
    private final Map<QueueName, String> urls = new ConcurrentHashMap<>();
    private final Map<QueueName, QueueIdentity> identities = new ConcurrentHashMap<>();
    private final RequestSettings ofCall;
    private final RequestSettings ofSend;

    /** The settings of the requests to one region. */
    private record Settings(AwsRequestOverrideConfiguration call, AwsRequestOverrideConfiguration send) {}

    /**
     * @param found the client; it is closed with this object if it was built for it
     * @param lease how long a claim is valid; calls that can be repeated have a limit well below it
     */
    SqsCalls(FoundClient<SqsClient> found, Duration lease) {
        this.found = found;
        client = found.client();
        home = found.region().orElse(null);
        limits = CallLimits.within(lease);
        Duration sendLimit = sendLimit(lease);
        ofCall = RequestSettings.within(limits);
        ofSend = RequestSettings.within(new CallLimits(sendLimit, sendLimit)).withoutRetries();
    }

    /**
     * Uses the client of the application, or builds one.
     *
     * @param given the client that an option names, or null
     * @param context where to look for a client; null: the AWS SDK's default chains are used
     * @throws io.eventdedup.aws.ClientException if it is not clear which client to use
     * @throws SdkException if there is no region
     */
    static SqsCalls find(SqsClient given, CamelContext context, Duration lease) {
        return new SqsCalls(ClientLookup.find(SERVICE, given, context, http -> tune(http, lease), more -> {}), lease);
    }

    private static void tune(ApacheHttpClient.Builder http, Duration lease) {
        http.maxConnections(MAX_CONNECTIONS)
                .connectionMaxIdleTime(MAX_IDLE)
                .socketTimeout(sendLimit(lease).plusSeconds(1));
    }

    /** May be longer than the lease: lease and visibility are renewed during a send. */
    private static Duration sendLimit(Duration lease) {
        return max(MIN_SEND_LIMIT, lease.multipliedBy(3));
    }

    FoundClient<SqsClient> found() {
        return found;
    }

    /** The region of the queue, if it differs from that of the client and requests must name it. */
    private Optional<String> otherRegion(QueueName queue) {
        return queue.region().filter(region -> !region.equals(home));
    }

    private Settings settings(QueueName queue) {
        return settings.computeIfAbsent(
                otherRegion(queue),
                region -> new Settings(
                        ofCall.in(region).ofRequest(), ofSend.in(region).ofRequest()));
    }

    /**
     * Receives messages.
     *
     * @param attributeNames the message attributes to return
     * @param systemNames the system attributes to return
     * @param wait how long SQS waits for a message, in whole seconds
     */
    List<Message> receive(
            QueueName queue,
            int max,
            List<String> attributeNames,
            List<MessageSystemAttributeName> systemNames,
            Duration visibility,
            Duration wait) {
        String url = url(queue);
        return client.receiveMessage(receive -> receive.queueUrl(url)
                        .maxNumberOfMessages(max)
                        .visibilityTimeout(Math.toIntExact(visibility.toSeconds()))
                        .waitTimeSeconds(Math.toIntExact(wait.toSeconds()))
                        .messageAttributeNames(attributeNames)
                        .messageSystemAttributeNames(systemNames)
                        .overrideConfiguration(RequestSettings.within(limits.plus(wait))
                                .in(otherRegion(queue))
                                .ofRequest()))
                .messages();
    }

    /** Sends messages in one attempt. */
    SendMessageBatchResponse sendOnce(QueueName queue, List<SendMessageBatchRequestEntry> entries) {
        String url = url(queue);
        return client.sendMessageBatch(batch -> batch.queueUrl(url)
                .entries(entries)
                .overrideConfiguration(settings(queue).send()));
    }

    /** Deletes up to ten messages; returns the errors of those whose delete is not confirmed, by their places in the list. */
    Map<Integer, BatchResultErrorEntry> delete(QueueName queue, List<String> receiptHandles) {
        String url = url(queue);
        List<DeleteMessageBatchRequestEntry> entries = new ArrayList<>();
        for (String receiptHandle : receiptHandles) {
            entries.add(DeleteMessageBatchRequestEntry.builder()
                    .id(Integer.toString(entries.size()))
                    .receiptHandle(receiptHandle)
                    .build());
        }
        DeleteMessageBatchResponse response = client.deleteMessageBatch(batch -> batch.queueUrl(url)
                .entries(entries)
                .overrideConfiguration(settings(queue).call()));
        return failed(
                entries.size(),
                response.successful().stream().map(DeleteMessageBatchResultEntry::id),
                response.failed());
    }

    /** Makes a message visible again after this time. */
    record VisibilityChange(String receiptHandle, Duration visibleIn) {}

    /** Changes the visibility of up to ten messages; returns the errors of those whose change is not confirmed, by their places. */
    Map<Integer, BatchResultErrorEntry> changeVisibility(QueueName queue, List<VisibilityChange> changes) {
        String url = url(queue);
        List<ChangeMessageVisibilityBatchRequestEntry> entries = new ArrayList<>();
        for (VisibilityChange change : changes) {
            entries.add(ChangeMessageVisibilityBatchRequestEntry.builder()
                    .id(Integer.toString(entries.size()))
                    .receiptHandle(change.receiptHandle())
                    .visibilityTimeout(inWholeSeconds(change.visibleIn()))
                    .build());
        }
        ChangeMessageVisibilityBatchResponse response = client.changeMessageVisibilityBatch(batch -> batch.queueUrl(url)
                .entries(entries)
                .overrideConfiguration(settings(queue).call()));
        return failed(
                entries.size(),
                response.successful().stream().map(ChangeMessageVisibilityBatchResultEntry::id),
                response.failed());
    }

    /**
     * The errors of the entries that are not confirmed, by their places, which are their ids. They include entries that the response does
     * not contain.
     */
    private static Map<Integer, BatchResultErrorEntry> failed(
            int entries, Stream<String> done, List<BatchResultErrorEntry> failed) {
        Set<String> doneIds = done.collect(Collectors.toSet());
        Map<String, BatchResultErrorEntry> failedById = byId(failed, BatchResultErrorEntry::id);
        Map<Integer, BatchResultErrorEntry> notDone = new HashMap<>();
        for (int place = 0; place < entries; place++) {
            String id = Integer.toString(place);
            if (!doneIds.contains(id)) {
                notDone.put(place, failedById.getOrDefault(id, NOT_MENTIONED));
            }
        }
        return notDone;
    }

    /** The entries of a response, by id. */
    static <T> Map<String, T> byId(List<T> entries, Function<T, String> id) {
        return entries.stream().collect(Collectors.toMap(id, entry -> entry, (first, second) -> first));
    }

    /** Splits a list into batches. */
    static <T> List<List<T>> inBatches(List<T> all) {
        return IntStream.iterate(0, from -> from < all.size(), from -> from + MAX_BATCH)
                .mapToObj(from -> all.subList(from, Math.min(from + MAX_BATCH, all.size())))
                .toList();
    }

    /**
     * The exception of a failed entry, as if the entry had been a separate request.
     *
     * @param message what has failed, for the operator
     */
    static AwsServiceException exception(String message, BatchResultErrorEntry failed) {
        return SqsException.builder()
                .message(message)
                .statusCode(Boolean.TRUE.equals(failed.senderFault()) ? 400 : 500)
                .awsErrorDetails(AwsErrorDetails.builder()
                        .serviceName("Sqs")
                        .errorCode(failed.code())
                        .errorMessage(failed.message())
                        .build())
                .build();
    }

    /** SQS accepts only whole seconds, so this rounds up: a wait is never shortened. */
    private static int inWholeSeconds(Duration visibility) {
        return Math.toIntExact((visibility.toMillis() + 999) / 1000);
    }

    /** The number of messages in a queue. */
    QueueDepth depth(QueueName queue) {
        String url = url(queue);
        Map<QueueAttributeName, String> numbers = client.getQueueAttributes(request -> request.queueUrl(url)
                        .attributeNames(
                                QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES,
                                QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE,
                                QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_DELAYED)
                        .overrideConfiguration(settings(queue).call()))
                .attributes();
        return new QueueDepth(
                Long.parseLong(numbers.get(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES)),
                Long.parseLong(numbers.get(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE)),
                Long.parseLong(numbers.get(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_DELAYED)));
    }

    /**
     * Checks that a queue exists and accepts messages, without sending one: reads its attributes, and sends an empty batch, which SQS
     * rejects as empty.
     *
     * @throws SdkException if the queue does not accept messages
     */
    void probeSending(QueueName queue) {
        String url = url(queue);
        client.getQueueAttributes(request ->
                request.queueUrl(url).overrideConfiguration(settings(queue).call()));
        try {
            client.sendMessageBatch(batch -> batch.queueUrl(url)
                    .entries(List.of())
                    .overrideConfiguration(settings(queue).call()));
        } catch (AwsServiceException answer) {
            // a response without an error code comes from a proxy
            if (!AwsFailure.of(answer).concernsRequest()
                    || AwsFailure.code(answer).isEmpty()) {
                throw answer;
            }
        }
    }

    /**
     * The URL of a queue. SQS is asked at the first use, so a route can start while SQS is unavailable.
     *
     * @throws QueueDoesNotExistException if the queue does not exist
     */
    private String url(QueueName queue) {
        if (queue.url() != null) {
            return queue.url();
        }
        String known = urls.get(queue);
        if (known == null) {
            known = client.getQueueUrl(GetQueueUrlRequest.builder()
                            .queueName(queue.name())
                            .queueOwnerAWSAccountId(queue.account())
                            .overrideConfiguration(settings(queue).call())
                            .build())
                    .queueUrl();
            urls.put(queue, known);
        }
        return known;
    }

    /**
     * The identity of a queue. SQS is asked only for parts that the text does not show.
     *
     * @throws SdkException if SQS does not respond, or the queue does not exist
     */
    QueueIdentity identity(QueueName queue) {
        if (queue.identity().isComplete()) {
            return queue.identity();
        }
        QueueIdentity known = identities.get(queue);
        if (known == null) {
            QueueIdentity ofUrl =
                    queue.identity().completedBy(QueueName.parse(url(queue)).identity());
            known = ofUrl.isComplete() ? ofUrl : ofUrl.completedBy(asked(queue));
            identities.put(queue, known);
        }
        return known;
    }

    /**
     * The identity of a queue according to SQS, whatever the text says.
     *
     * @throws SdkException if SQS does not respond, or the queue does not exist
     */
    QueueIdentity asked(QueueName queue) {
        String url = url(queue);
        String arn = client.getQueueAttributes(request -> request.queueUrl(url)
                        .attributeNames(QueueAttributeName.QUEUE_ARN)
                        .overrideConfiguration(settings(queue).call()))
                .attributes()
                .get(QueueAttributeName.QUEUE_ARN);
        return arn == null ? queue.identity() : QueueIdentity.reported(arn);
    }

    private static Duration max(Duration a, Duration b) {
        return a.compareTo(b) > 0 ? a : b;
    }

    @Override
    public void close() {
        found.close();
    }
}
