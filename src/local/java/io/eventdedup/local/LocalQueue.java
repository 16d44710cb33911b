package io.eventdedup.local;

import static software.amazon.awssdk.services.sqs.model.QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES;
import static software.amazon.awssdk.services.sqs.model.QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_DELAYED;
import static software.amazon.awssdk.services.sqs.model.QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.BatchResultErrorEntry;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.SqsException;

/** One queue of the embedded SQS, as the local run uses it. */
record LocalQueue(SqsClient sqs, String url) {

    /** What SQS takes in one request. */
    private static final int BATCH = 10;

    private static final int BATCH_BYTES = 262_144;

    static LocalQueue named(SqsClient sqs, String name) {
        return new LocalQueue(
                sqs, sqs.getQueueUrl(request -> request.queueName(name)).queueUrl());
    }

    /** Splits messages into batches that SQS takes in one request each. */
    static List<List<Message>> batches(List<Message> messages) {
        List<List<Message>> batches = new ArrayList<>();
        List<Message> batch = new ArrayList<>();
        int bytes = 0;
        for (Message message : messages) {
            int length = message.body().getBytes(StandardCharsets.UTF_8).length;
            if (batch.size() == BATCH || !batch.isEmpty() && bytes + length > BATCH_BYTES) {
                batches.add(batch);
                batch = new ArrayList<>();
                bytes = 0;
            }
            batch.add(message);
            bytes += length;
        }
        if (!batch.isEmpty()) {
            batches.add(batch);
        }
        return batches;
    }

    /** Sends one batch; a message that SQS does not take is bad input. */
    void send(List<Message> batch) {
        List<SendMessageBatchRequestEntry> entries = IntStream.range(0, batch.size())
                .mapToObj(i -> SendMessageBatchRequestEntry.builder()
                        .id(Integer.toString(i))
                        .messageBody(batch.get(i).body())
                        .build())
                .toList();
        try {
            var response = sqs.sendMessageBatch(request -> request.queueUrl(url).entries(entries));
            for (BatchResultErrorEntry refused : response.failed()) {
                throw refusal(batch.get(Integer.parseInt(refused.id())), refused.message());
            }
        } catch (SqsException e) {
            throw refusal(batch.get(0), e.awsErrorDetails().errorMessage());
        }
    }

    private static BadInputException refusal(Message message, String reason) {
        String begin = message.body().substring(0, Math.min(message.body().length(), 60));
        return new BadInputException("SQS refuses the message that begins with %s: %s".formatted(begin, reason));
    }

    /** Takes all messages out of the queue. */
    List<software.amazon.awssdk.services.sqs.model.Message> drain() {
        List<software.amazon.awssdk.services.sqs.model.Message> drained = new ArrayList<>();
        while (true) {
            var messages = sqs.receiveMessage(request ->
                            request.queueUrl(url).maxNumberOfMessages(BATCH).messageAttributeNames("All"))
                    .messages();
            if (messages.isEmpty()) {
                return drained;
            }
            drained.addAll(messages);
            EmbeddedAws.deleteAll(sqs, url, messages);
        }
    }

    /** How many messages the queue holds, those in flight included. */
    long size() {
        return sqs
                .getQueueAttributes(request -> request.queueUrl(url)
                        .attributeNames(
                                APPROXIMATE_NUMBER_OF_MESSAGES,
                                APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE,
                                APPROXIMATE_NUMBER_OF_MESSAGES_DELAYED))
                .attributes()
                .values()
                .stream()
                .mapToLong(Long::parseLong)
                .sum();
    }
}
