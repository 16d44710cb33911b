package io.eventdedup.sqs;

import io.eventdedup.aws.MergeGroup;
import io.eventdedup.aws.Merger.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import software.amazon.awssdk.services.sqs.model.BatchResultErrorEntry;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchResponse;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchResultEntry;

/** Sends several messages in one request, as the shipped producer does, to a simulated queue. */
public final class SendsInside {

    private static final QueueName QUEUE = QueueName.parse("output");

    private SendsInside() {}

    /**
     * Sends the messages.
     *
     * @param queue whether it takes each of the messages with these bodies; it throws if the request as a whole fails
     * @return for each message the failure that its sender is told of, if any
     */
    public static List<Optional<RuntimeException>> sendAll(
            List<String> bodies, Function<List<String>, List<Boolean>> queue) {
        Sends sends = new Sends((name, entries) -> response(entries, queue), new MergeGroup());
        List<SendMessageBatchRequestEntry> messages = bodies.stream()
                .map(body ->
                        SendMessageBatchRequestEntry.builder().messageBody(body).build())
                .toList();
        return sends.sendAll(QUEUE, messages).stream().map(SendsInside::failure).toList();
    }

    private static Optional<RuntimeException> failure(Answer<SendMessageBatchResultEntry> answer) {
        return answer instanceof Answer.Failure<SendMessageBatchResultEntry> failed
                ? Optional.of(failed.exception())
                : Optional.empty();
    }

    private static SendMessageBatchResponse response(
            List<SendMessageBatchRequestEntry> entries, Function<List<String>, List<Boolean>> queue) {
        List<Boolean> taken = queue.apply(
                entries.stream().map(SendMessageBatchRequestEntry::messageBody).toList());
        SendMessageBatchResponse.Builder response = SendMessageBatchResponse.builder();
        List<SendMessageBatchResultEntry> done = new ArrayList<>();
        List<BatchResultErrorEntry> failed = new ArrayList<>();
        for (int i = 0; i < entries.size(); i++) {
            String id = entries.get(i).id();
            if (taken.get(i)) {
                done.add(SendMessageBatchResultEntry.builder().id(id).build());
            } else {
                failed.add(BatchResultErrorEntry.builder()
                        .id(id)
                        .code("InternalError")
                        .message("try again")
                        .senderFault(false)
                        .build());
            }
        }
        return response.successful(done).failed(failed).build();
    }
}
