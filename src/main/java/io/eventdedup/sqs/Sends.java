package io.eventdedup.sqs;

import io.eventdedup.aws.AwsFailure;
import io.eventdedup.aws.MergeGroup;
import io.eventdedup.aws.Merger;
import io.eventdedup.aws.Merger.Answer;
import io.eventdedup.claim.Backoff;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sqs.model.BatchResultErrorEntry;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchResponse;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchResultEntry;

/**
 * Sends messages; concurrent exchanges share requests. Each exchange gets the result of its own message.
 *
 * <p>A message is sent again only if SQS has certainly not accepted it: the connection was refused, the request was throttled, or the
 * response reports the message as failed. If SQS rejects a whole request for its content, each message is sent separately, so that one bad
 * message does not fail the others. After any other failure, the messages may have been accepted, so it is thrown to the callers.
 */
final class Sends {

    /** The maximum size of a batch. SQS now allows 1 MiB, but a queue may still have the former limit. */
    private static final long MAX_BYTES = 262_144;

    /** UTF-8 needs at most three bytes for a char of a Java string. */
    private static final int BYTES_OF_A_CHAR = 3;

    /** How long a send waits for others while requests are fast. */
    private static final Duration WAIT = Duration.ofMillis(4);

    private static final int MAX_TRIES = 4;
    private static final Backoff PAUSES = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(1));

    private final BiFunction<QueueName, List<SendMessageBatchRequestEntry>, SendMessageBatchResponse> once;
    private final MergeGroup mergeGroup;
    private final Map<QueueName, Merger<SendMessageBatchRequestEntry, SendMessageBatchResultEntry>> mergers =
            new ConcurrentHashMap<>();

    Sends(SqsCalls calls, MergeGroup mergeGroup) {
        this(calls::sendOnce, mergeGroup);
    }

    /** @param once sends one request, without retries */
    Sends(
            BiFunction<QueueName, List<SendMessageBatchRequestEntry>, SendMessageBatchResponse> once,
            MergeGroup mergeGroup) {
        this.once = once;
        this.mergeGroup = mergeGroup;
    }

    /**
     * Sends a message and waits until SQS has accepted it.
     *
     * @param message the entry in a batch; its id is ignored
     * @throws SdkException if SQS does not accept it or does not respond
     */
    SendMessageBatchResultEntry send(QueueName queue, SendMessageBatchRequestEntry message) {
        return mergeGroup.isMerging()
                ? mergers.computeIfAbsent(queue, this::merger).call(message)
                : value(sendAll(queue, List.of(message)).get(0));
    }

    private Merger<SendMessageBatchRequestEntry, SendMessageBatchResultEntry> merger(QueueName queue) {
        Merger.Limits limits = new Merger.Limits(SqsCalls.MAX_BATCH, MAX_BYTES, WAIT);
        return new Merger<>(mergeGroup, limits, Sends::maxSize, messages -> sendAll(queue, messages));
    }

    private static SendMessageBatchResultEntry value(Answer<SendMessageBatchResultEntry> answer) {
        if (answer instanceof Answer.Failure<SendMessageBatchResultEntry> failed) {
            throw failed.exception();
        }
        return ((Answer.Value<SendMessageBatchResultEntry>) answer).value();
    }

    /**
     * Sends up to ten messages.
     *
     * @return the results, in the order of the messages. If a retry fails as a whole, only the messages that it contained fail.
     */
    List<Answer<SendMessageBatchResultEntry>> sendAll(QueueName queue, List<SendMessageBatchRequestEntry> messages) {
        List<Answer<SendMessageBatchResultEntry>> answers = new ArrayList<>(Collections.nCopies(messages.size(), null));
        List<Integer> open = new ArrayList<>();
        for (int i = 0; i < messages.size(); i++) {
            open.add(i);
        }
        for (int tries = 1; !open.isEmpty(); tries++) {
            try {
                open = settle(once.apply(queue, entries(messages, open)), open, answers, tries == 1);
            } catch (RuntimeException failure) {
                if (tries < MAX_TRIES && AwsFailure.hadNoEffect(failure)) {
                    pause(tries);
                    continue;
                }
                boolean takeApart = open.size() > 1 && AwsFailure.of(failure).isRefusal();
                for (int i : open) {
                    answers.set(
                            i,
                            takeApart
                                    ? sendAll(queue, List.of(messages.get(i))).get(0)
                                    : new Answer.Failure<>(failure));
                }
                return answers;
            }
        }
        return answers;
    }

    private static List<SendMessageBatchRequestEntry> entries(
            List<SendMessageBatchRequestEntry> messages, List<Integer> open) {
        return open.stream()
                .map(i -> messages.get(i).toBuilder().id(Integer.toString(i)).build())
                .toList();
    }

    /** Fills in the answers. Returns the indexes of the messages to send again: SQS had an internal error and did not accept them. */
    private static List<Integer> settle(
            SendMessageBatchResponse response,
            List<Integer> asked,
            List<Answer<SendMessageBatchResultEntry>> answers,
            boolean mayAskAgain) {
        Map<String, SendMessageBatchResultEntry> sent =
                SqsCalls.byId(response.successful(), SendMessageBatchResultEntry::id);
        Map<String, BatchResultErrorEntry> failed = SqsCalls.byId(response.failed(), BatchResultErrorEntry::id);
        List<Integer> again = new ArrayList<>();
        for (int i : asked) {
            String id = Integer.toString(i);
            if (sent.containsKey(id)) {
                answers.set(i, new Answer.Value<>(sent.get(id)));
            } else if (failed.containsKey(id)) {
                BatchResultErrorEntry error = failed.get(id);
                answers.set(i, new Answer.Failure<>(SqsCalls.exception(error.message(), error)));
                if (mayAskAgain && !Boolean.TRUE.equals(error.senderFault())) {
                    again.add(i);
                }
            } else {
                // it may have been accepted, as if no response had arrived
                answers.set(
                        i,
                        new Answer.Failure<>(
                                SdkClientException.create("the response of SQS does not contain this message")));
            }
        }
        return again;
    }

    private static void pause(int tries) {
        try {
            Thread.sleep(PAUSES.after(tries).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** An upper bound is enough, because only very large messages come near the limit. */
    private static long maxSize(SendMessageBatchRequestEntry message) {
        long chars = message.messageBody().length();
        for (Map.Entry<String, MessageAttributeValue> attribute :
                message.messageAttributes().entrySet()) {
            String value = attribute.getValue().stringValue();
            chars += attribute.getKey().length() + 20L + (value == null ? 0 : value.length());
        }
        return chars * BYTES_OF_A_CHAR;
    }
}
