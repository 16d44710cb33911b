package io.eventdedup.dynamodb;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.interceptor.SdkExecutionAttribute;
import software.amazon.awssdk.services.dynamodb.model.BatchExecuteStatementResponse;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.BatchStatementErrorCodeEnum;
import software.amazon.awssdk.services.dynamodb.model.BatchStatementResponse;

/** Sits between the SDK and the wire: counts requests, and fails them or their answers. */
final class Network implements ExecutionInterceptor {

    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final AtomicInteger answersToLose = new AtomicInteger();
    private final AtomicInteger entriesToLeaveOut = new AtomicInteger();
    private final AtomicInteger answersToShorten = new AtomicInteger();
    private volatile boolean retryable;
    private volatile boolean unread;
    private volatile SdkException failure;
    private final Map<String, SdkException> failuresOfOperations = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> passing = new ConcurrentHashMap<>();

    /** The operations sent since the last call, attempts counted each. */
    List<String> takeRequests() {
        List<String> taken = List.copyOf(requests);
        requests.clear();
        return taken;
    }

    /** Every request fails before it is sent. */
    void fail(SdkException exception) {
        failure = exception;
    }

    /** Every request of this operation fails before it is sent. */
    void fail(String operation, SdkException exception) {
        failuresOfOperations.put(operation, exception);
    }

    /** The same for those after the next ones, which pass. */
    void fail(String operation, int after, SdkException exception) {
        passing.put(operation, new AtomicInteger(after));
        fail(operation, exception);
    }

    void goDown() {
        fail(SdkClientException.create("connection refused"));
    }

    void restore() {
        failure = null;
        failuresOfOperations.clear();
        passing.clear();
        unread = false;
        answersToLose.set(0);
    }

    /** The next request is carried out, its answer is lost, and the SDK tries again. */
    void loseNextAnswer() {
        retryable = true;
        answersToLose.set(1);
    }

    /** The next request is carried out, its answer is lost, and the SDK gives up. */
    void loseNextAnswerForGood() {
        retryable = false;
        answersToLose.set(1);
    }

    /** Batches are answered, and none of their keys is read. */
    void leaveUnread() {
        unread = true;
    }

    /** The next batch's answer says of its first statement that it was throttled. */
    void leaveOutAnEntryOfTheNextBatch() {
        entriesToLeaveOut.set(1);
    }

    /** The next batch is carried out, and its answer lacks that to the first statement. */
    void shortenTheNextAnswer() {
        answersToShorten.set(1);
    }

    @Override
    public SdkResponse modifyResponse(Context.ModifyResponse context, ExecutionAttributes attributes) {
        SdkResponse response = context.response();
        if (response instanceof BatchExecuteStatementResponse batch && takeOne(answersToShorten)) {
            return batch.toBuilder()
                    .responses(batch.responses().subList(1, batch.responses().size()))
                    .build();
        }
        if (response instanceof BatchExecuteStatementResponse batch && takeOne(entriesToLeaveOut)) {
            List<BatchStatementResponse> entries = new ArrayList<>(batch.responses());
            entries.set(
                    0,
                    BatchStatementResponse.builder()
                            .error(error -> error.code(BatchStatementErrorCodeEnum.THROTTLING_ERROR))
                            .build());
            return batch.toBuilder().responses(entries).build();
        }
        if (response instanceof BatchGetItemResponse batch && unread) {
            return batch.toBuilder()
                    .responses(Map.of())
                    .unprocessedKeys(((BatchGetItemRequest) context.request()).requestItems())
                    .build();
        }
        return response;
    }

    private static boolean takeOne(AtomicInteger left) {
        return left.getAndUpdate(number -> Math.max(0, number - 1)) > 0;
    }

    @Override
    public void beforeTransmission(Context.BeforeTransmission context, ExecutionAttributes attributes) {
        String operation = attributes.getAttribute(SdkExecutionAttribute.OPERATION_NAME);
        requests.add(operation);
        if (failuresOfOperations.containsKey(operation) && !passes(operation)) {
            throw failuresOfOperations.get(operation);
        }
        if (failure != null) {
            throw failure;
        }
    }

    private boolean passes(String operation) {
        return passing.containsKey(operation) && passing.get(operation).getAndDecrement() > 0;
    }

    @Override
    public void afterTransmission(Context.AfterTransmission context, ExecutionAttributes attributes) {
        if (takeOne(answersToLose)) {
            throw retryable ? RetryableException.create("answer lost") : SdkClientException.create("answer lost");
        }
    }
}
