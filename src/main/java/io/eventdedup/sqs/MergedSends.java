package io.eventdedup.sqs;

import io.eventdedup.merge.MergeGroup;
import io.eventdedup.merge.Merger;
import io.eventdedup.merge.Merger.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.BatchResultErrorEntry;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchResponse;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchResultEntry;
import software.amazon.awssdk.services.sqs.model.SendMessageRequest;
import software.amazon.awssdk.services.sqs.model.SendMessageResponse;
import software.amazon.awssdk.services.sqs.model.SqsException;

/**
 * Sends the messages of several exchanges in one request. Each exchange sees a send of its own: its own answer, or its own
 * failure. When SQS refuses a request as a whole, its messages are sent one by one, so that one that is at fault does not
 * take the others with it.
 */
final class MergedSends {

    /** Entries of a batch (AWS documentation). */
    private static final int MOST_ENTRIES = 10;

    /** What a batch may hold together. SQS takes 1 MiB today; queues made before may be held to this. */
    private static final long MOST_BYTES = 262_144;

    /** UTF-8 needs at most three bytes for a char of a Java string. */
    private static final int BYTES_OF_A_CHAR = 3;

    /** How long a send waits for others while requests are quick. */
    private static final Duration WAIT = Duration.ofMillis(4);

    private final SqsClient client;
    private final MergeGroup mergeGroup;
    private final AwsRequestOverrideConfiguration timeLimits;
    private final Map<String, Merger<SendMessageRequest, SendMessageResponse>> byQueue = new ConcurrentHashMap<>();

    MergedSends(SqsClient client, MergeGroup mergeGroup, AwsRequestOverrideConfiguration timeLimits) {
        this.client = client;
        this.mergeGroup = mergeGroup;
        this.timeLimits = timeLimits;
    }

    /** @throws SqsException if SQS refuses this message */
    SendMessageResponse send(SendMessageRequest message) {
        return byQueue.computeIfAbsent(message.queueUrl(), this::merger).call(message);
    }

    private Merger<SendMessageRequest, SendMessageResponse> merger(String queueUrl) {
        Merger.Limits limits = new Merger.Limits(MOST_ENTRIES, MOST_BYTES, WAIT);
        return new Merger<>(mergeGroup, limits, MergedSends::largestSize, messages -> sendAll(queueUrl, messages));
    }

    private List<Answer<SendMessageResponse>> sendAll(String queueUrl, List<SendMessageRequest> messages) {
        if (messages.size() == 1) {
            return oneByOne(messages);
        }
        List<SendMessageBatchRequestEntry> entries = new ArrayList<>();
        for (SendMessageRequest message : messages) {
            entries.add(entry(Integer.toString(entries.size()), message));
        }
        try {
            return answers(messages.size(), client.sendMessageBatch(batch -> batch.queueUrl(queueUrl)
                    .entries(entries)
                    .overrideConfiguration(timeLimits)));
        } catch (SqsException refused) {
            if (refused.statusCode() >= 500 || refused.isThrottlingException()) {
                throw refused;
            }
            return oneByOne(messages);
        }
    }

    private List<Answer<SendMessageResponse>> oneByOne(List<SendMessageRequest> messages) {
        List<Answer<SendMessageResponse>> answers = new ArrayList<>();
        for (SendMessageRequest message : messages) {
            try {
                answers.add(new Answer.Value<>(client.sendMessage(message)));
            } catch (RuntimeException failure) {
                answers.add(new Answer.Failure<>(failure));
            }
        }
        return answers;
    }

    private static List<Answer<SendMessageResponse>> answers(int count, SendMessageBatchResponse response) {
        Map<String, Answer<SendMessageResponse>> byId = new HashMap<>();
        response.successful().forEach(sent -> byId.put(sent.id(), new Answer.Value<>(response(sent))));
        response.failed().forEach(failed -> byId.put(failed.id(), new Answer.Failure<>(exception(failed))));
        List<Answer<SendMessageResponse>> answers = new ArrayList<>();
        for (int id = 0; id < count; id++) {
            answers.add(byId.get(Integer.toString(id)));
        }
        return answers;
    }

    private static SendMessageBatchRequestEntry entry(String id, SendMessageRequest message) {
        return SendMessageBatchRequestEntry.builder()
                .id(id)
                .messageBody(message.messageBody())
                .messageAttributes(message.messageAttributes())
                .delaySeconds(message.delaySeconds())
                .messageDeduplicationId(message.messageDeduplicationId())
                .messageGroupId(message.messageGroupId())
                .build();
    }

    private static SendMessageResponse response(SendMessageBatchResultEntry sent) {
        return SendMessageResponse.builder()
                .messageId(sent.messageId())
                .md5OfMessageBody(sent.md5OfMessageBody())
                .md5OfMessageAttributes(sent.md5OfMessageAttributes())
                .sequenceNumber(sent.sequenceNumber())
                .build();
    }

    private static RuntimeException exception(BatchResultErrorEntry failed) {
        return SqsException.builder()
                .message(failed.message())
                .statusCode(Boolean.TRUE.equals(failed.senderFault()) ? 400 : 500)
                .awsErrorDetails(AwsErrorDetails.builder()
                        .serviceName("Sqs")
                        .errorCode(failed.code())
                        .errorMessage(failed.message())
                        .build())
                .build();
    }

    /** An upper bound, which is enough: only very large messages come near the limit. */
    private static long largestSize(SendMessageRequest message) {
        long chars = message.messageBody().length();
        for (var attribute : message.messageAttributes().entrySet()) {
            String value = attribute.getValue().stringValue();
            chars += attribute.getKey().length() + 20L + (value == null ? 0 : value.length());
        }
        return chars * BYTES_OF_A_CHAR;
    }
}
