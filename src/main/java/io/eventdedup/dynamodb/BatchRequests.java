package io.eventdedup.dynamodb;

import io.eventdedup.aws.Merger.Answer;
import io.eventdedup.claim.ClaimProtocol;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.BatchStatementErrorCodeEnum;
import software.amazon.awssdk.services.dynamodb.model.BatchStatementRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchStatementResponse;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;

/** Requests for several items. Entries that a batch does not process, and batches that are rejected, are left to single requests. */
final class BatchRequests {

    /** Limits of BatchExecuteStatement and BatchGetItem (Amazon DynamoDB API Reference). */
    static final int MAX_STATEMENTS = 25;

    static final int MAX_KEYS = 100;

    private final DynamoDbClient client;
    private final String table;
    private final AwsRequestOverrideConfiguration callLimits;
    private final BatchRefusals refusals;

    BatchRequests(DynamoDbClient client, String table, ClaimProtocol protocol, Clock clock) {
        this.client = client;
        this.table = table;
        this.callLimits = DynamoDbClaimStore.callLimits(protocol);
        this.refusals = new BatchRefusals(clock);
    }

    /** False for a while after a batch was rejected as a whole. */
    boolean mayTry() {
        return refusals.mayTry();
    }

    /** Reads these keys consistently. A key without an item maps to an empty item; a key that was not read is absent. */
    Map<String, Map<String, AttributeValue>> items(List<String> keys) {
        Map<String, Map<String, AttributeValue>> items = new HashMap<>();
        BatchGetItemResponse response;
        try {
            response = client.batchGetItem(get -> get.overrideConfiguration(callLimits)
                    .requestItems(Map.of(
                            table,
                            KeysAndAttributes.builder()
                                    .keys(keys.stream()
                                            .distinct()
                                            .map(key -> Map.of(ClaimSchema.KEY, ClaimSchema.text(key)))
                                            .toList())
                                    .consistentRead(true)
                                    .build())));
        } catch (AwsServiceException e) {
            if (refusals.note("BatchGetItem", e)) {
                return Map.of();
            }
            throw e;
        }
        keys.forEach(key -> items.put(key, Map.of()));
        response.unprocessedKeys().values().forEach(left -> left.keys()
                .forEach(key -> items.remove(key.get(ClaimSchema.KEY).s())));
        response.responses()
                .values()
                .forEach(found -> found.forEach(
                        item -> items.put(item.get(ClaimSchema.KEY).s(), item)));
        return items;
    }

    /**
     * Executes the statements, in several requests if necessary. Stops after a request that fails.
     *
     * @return for each statement, in order: the response; empty if only a single request can tell; or the failure of its request, or of
     *     an earlier one
     */
    List<Answer<Optional<BatchStatementResponse>>> execute(List<BatchStatementRequest> statements) {
        List<Answer<Optional<BatchStatementResponse>>> answers = new ArrayList<>();
        try {
            for (int from = 0; from < statements.size(); from += MAX_STATEMENTS) {
                executeBatch(statements.subList(from, Math.min(statements.size(), from + MAX_STATEMENTS)))
                        .forEach(response -> answers.add(new Answer.Value<>(response)));
            }
        } catch (RuntimeException failure) {
            answers.addAll(Collections.nCopies(statements.size() - answers.size(), new Answer.Failure<>(failure)));
        }
        return answers;
    }

    private List<Optional<BatchStatementResponse>> executeBatch(List<BatchStatementRequest> statements) {
        List<Optional<BatchStatementResponse>> undecided = Collections.nCopies(statements.size(), Optional.empty());
        try {
            List<BatchStatementResponse> responses = client.batchExecuteStatement(
                            batch -> batch.overrideConfiguration(callLimits).statements(statements))
                    .responses();
            if (responses.size() != statements.size()) {
                // it is unknown which of them are missing
                return undecided;
            }
            if (responses.stream().allMatch(BatchRequests::isDenied)) {
                refusals.refused("BatchExecuteStatement", "AccessDenied");
                return undecided;
            }
            refusals.accepted();
            return responses.stream().map(Optional::of).toList();
        } catch (AwsServiceException e) {
            if (refusals.note("BatchExecuteStatement", e)) {
                return undecided;
            }
            throw e;
        }
    }

    private static boolean isDenied(BatchStatementResponse response) {
        return response.error() != null && response.error().code() == BatchStatementErrorCodeEnum.ACCESS_DENIED;
    }
}
