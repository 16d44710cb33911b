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
 * The calls to SQS, each with its time limit.
 *
 * <p>Receives, deletes and visibility changes may be repeated without harm, so the AWS SDK repeats them within a limit well
 * below the lease. A send to a standard queue may not: one whose answer is slow has usually been taken. It is one attempt
 * that waits long for its answer, and that the SDK never repeats; {@link Sends} decides what to repeat.
 *
 * <p>A queue whose name says its region is called there, with the same client.
 */
final class SqsCalls implements AutoCloseable {

    /** Entries of a batch, and messages of a receive (AWS documentation, SQS message quotas). */
    static final int LARGEST_BATCH = 10;

    /** The least time that a send waits for its answer. */
    private static final Duration LEAST_SEND_LIMIT = Duration.ofSeconds(10);

    /**
     * No limit in practice: pollers and workers are the limit, with one call at a time each. Of the AWS SDK's default of 50
     * connections, 50 pollers would hold all, and every send would wait until it fails.
     */
    private static final int MOST_CONNECTIONS = 10_000;

    /** Below the minute after which servers close idle connections, so that a send seldom meets a closed one. */
    private static final Duration MOST_IDLE = Duration.ofSeconds(20);

    /** Stands for the error of an entry that an answer leaves out. */
    private static final BatchResultErrorEntry NOT_MENTIONED = BatchResultErrorEntry.builder()
            .code("NotMentioned")
            .message("the answer of SQS does not mention it")
            .senderFault(false)
            .build();

    /** How the client of an application is found. */
    static final AwsService<SqsClientBuilder, SqsClient> SERVICE = new AwsService<>(
            SqsClient.class,
            "camel.component.dedup-sqs.amazonSQSClient=#bean:NAME",
            "aws2-sqs",
            "amazonSQSClient",
            SqsClient::builder);

    private final FoundClient<SqsClient> found;
    private final SqsClient client;

    /** The client's region; null if it does not say. */
    private final String home;

    private final CallLimits limits;
    private final Map<Optional<String>, Settings> settings = new ConcurrentHashMap<>();
    private final Map<QueueName, String> urls = new ConcurrentHashMap<>();
    private final Map<QueueName, QueueIdentity> identities = new ConcurrentHashMap<>();
    private final RequestSettings ofCall;
    private final RequestSettings ofSend;

    /** Of the requests in one region. */
    private record Settings(AwsRequestOverrideConfiguration call, AwsRequestOverrideConfiguration send) {}

    /**
     * @param found the client; one that was built for this is closed with it
     * @param lease how long a claim holds; calls that may be repeated end well before
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
     * With the client of the application, or one that is built.
     *
     * @param given the client that an option names, or null
     * @param context where to look; null: the AWS SDK's default chains are used
     * @throws io.eventdedup.aws.ClientException if it is not clear which client to use
     * @throws SdkException if there is no region
     */
    static SqsCalls find(SqsClient given, CamelContext context, Duration lease) {
        return new SqsCalls(ClientLookup.find(SERVICE, given, context, http -> tune(http, lease), more -> {}), lease);
    }

    private static void tune(ApacheHttpClient.Builder http, Duration lease) {
        http.maxConnections(MOST_CONNECTIONS)
                .connectionMaxIdleTime(MOST_IDLE)
                .socketTimeout(sendLimit(lease).plusSeconds(1));
    }

    /** Renewals keep lease and visibility meanwhile. */
    private static Duration sendLimit(Duration lease) {
        return max(LEAST_SEND_LIMIT, lease.multipliedBy(3));
    }

    FoundClient<SqsClient> found() {
        return found;
    }

    /** The region that has to be named with a request, since it is not the client's. */
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
     * @param attributeNames the message attributes to bring along
     * @param systemNames the same of those that SQS itself gives a message
     * @param wait how long SQS waits for a message, in whole seconds
     */
    List<Message> receive(
            QueueName queue,
            int most,
            List<String> attributeNames,
            List<MessageSystemAttributeName> systemNames,
            Duration visibility,
            Duration wait) {
        String url = url(queue);
        return client.receiveMessage(receive -> receive.queueUrl(url)
                        .maxNumberOfMessages(most)
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

    /** Deletes up to ten messages; returns those that are not known to be deleted, by their places in the list. */
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

    /** A message that is to be visible again after a time. */
    record VisibilityChange(String receiptHandle, Duration visibleIn) {}

    /** Changes the visibility of up to ten messages; returns those whose change is not confirmed, by their places in the list. */
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
     * The entries of a batch that are not done, by their places, which are their ids. An entry that the answer does not mention is
     * one of them.
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

    /** The entries of an answer by their ids. */
    static <T> Map<String, T> byId(List<T> entries, Function<T, String> id) {
        return entries.stream().collect(Collectors.toMap(id, entry -> entry, (first, second) -> first));
    }

    /** Cuts a list into parts that fit into a batch each. */
    static <T> List<List<T>> inBatches(List<T> all) {
        return IntStream.iterate(0, from -> from < all.size(), from -> from + LARGEST_BATCH)
                .mapToObj(from -> all.subList(from, Math.min(from + LARGEST_BATCH, all.size())))
                .toList();
    }

    /**
     * What SQS would have answered had the failed entry been a request of its own.
     *
     * @param message tells the operator what has failed
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

    /** SQS counts visibility in whole seconds; a wait is never cut short. */
    private static int inWholeSeconds(Duration visibility) {
        return Math.toIntExact((visibility.toMillis() + 999) / 1000);
    }

    /** Asks how many messages are in a queue. */
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
     * Proves that a queue is there and takes messages, without sending one: reads its attributes, and sends an empty batch,
     * which SQS refuses as empty.
     *
     * @throws SdkException while the queue does not take messages
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
            // an answer without a code is a proxy's
            if (!AwsFailure.of(answer).concernsRequest()
                    || AwsFailure.code(answer).isEmpty()) {
                throw answer;
            }
        }
    }

    /**
     * The URL of a queue; SQS is asked at its first use, so that a route starts while SQS is away.
     *
     * @throws QueueDoesNotExistException if there is no such queue
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
     * Which queue it is. SQS is asked only for what the text does not say.
     *
     * @throws SdkException if SQS does not answer, or there is no such queue
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
     * Which queue SQS says it is, whatever the text says.
     *
     * @throws SdkException if SQS does not answer, or there is no such queue
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
