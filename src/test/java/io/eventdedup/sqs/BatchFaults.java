package io.eventdedup.sqs;

import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.Function;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.sqs.model.BatchResultErrorEntry;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchRequest;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchResponse;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequest;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchResponse;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequest;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchResponse;

/**
 * Lets batches to a queue fail in ways that ElasticMQ never does. The AWS SDK adds it to every client in this JVM, because the
 * file {@code software/amazon/awssdk/global/handlers/execution.interceptors} names it. It touches only queues for which a test
 * asked for a fault.
 */
public final class BatchFaults implements ExecutionInterceptor {

    /** What happens to a batch. Its other entries reach the queue. */
    public sealed interface Fault {

        /** The last entry does not reach the queue, and the answer says that SQS failed for it. */
        record LastEntryFails() implements Fault {}

        /** The last entry does not reach the queue, and the answer does not mention it. */
        record LastEntryIsLeftOut() implements Fault {}

        /** Nothing reaches the queue, and the call ends with this exception. */
        record Throws(SdkException failure) implements Fault {}
    }

    private static final ExecutionAttribute<String> FAILED_ID = new ExecutionAttribute<>("BatchFaults.FailedId");
    private static final Map<String, Deque<Fault>> FAULTS = new ConcurrentHashMap<>();

    /** The next batches to the queue with this name get these faults, one each. */
    public static void inject(String queue, Fault... faults) {
        FAULTS.computeIfAbsent(queue, name -> new ConcurrentLinkedDeque<>()).addAll(List.of(faults));
    }

    @Override
    public SdkRequest modifyRequest(Context.ModifyRequest context, ExecutionAttributes attributes) {
        if (context.request() instanceof SendMessageBatchRequest send) {
            boolean cut = cutsTheLast(send.queueUrl(), send.entries(), entry -> entry.id(), attributes);
            return cut ? send.toBuilder().entries(allButTheLast(send.entries())).build() : send;
        }
        if (context.request() instanceof DeleteMessageBatchRequest delete) {
            boolean cut = cutsTheLast(delete.queueUrl(), delete.entries(), entry -> entry.id(), attributes);
            return cut
                    ? delete.toBuilder()
                            .entries(allButTheLast(delete.entries()))
                            .build()
                    : delete;
        }
        if (context.request() instanceof ChangeMessageVisibilityBatchRequest change) {
            boolean cut = cutsTheLast(change.queueUrl(), change.entries(), entry -> entry.id(), attributes);
            return cut
                    ? change.toBuilder()
                            .entries(allButTheLast(change.entries()))
                            .build()
                    : change;
        }
        return context.request();
    }

    private static <T> boolean cutsTheLast(
            String url, List<T> entries, Function<T, String> id, ExecutionAttributes attributes) {
        Deque<Fault> faults = FAULTS.get(url.substring(url.lastIndexOf('/') + 1));
        Fault fault = faults == null ? null : faults.poll();
        if (fault instanceof Fault.Throws thrown) {
            throw thrown.failure();
        }
        if (fault instanceof Fault.LastEntryFails) {
            attributes.putAttribute(FAILED_ID, id.apply(entries.get(entries.size() - 1)));
        }
        return fault != null;
    }

    private static <T> List<T> allButTheLast(List<T> entries) {
        return entries.subList(0, entries.size() - 1);
    }

    @Override
    public SdkResponse modifyResponse(Context.ModifyResponse context, ExecutionAttributes attributes) {
        String id = attributes.getAttribute(FAILED_ID);
        if (id == null) {
            return context.response();
        }
        BatchResultErrorEntry failed = BatchResultErrorEntry.builder()
                .id(id)
                .code("InternalError")
                .senderFault(false)
                .build();
        if (context.response() instanceof SendMessageBatchResponse sent) {
            return sent.toBuilder().failed(failed).build();
        }
        if (context.response() instanceof DeleteMessageBatchResponse deleted) {
            return deleted.toBuilder().failed(failed).build();
        }
        return ((ChangeMessageVisibilityBatchResponse) context.response())
                .toBuilder().failed(failed).build();
    }
}
