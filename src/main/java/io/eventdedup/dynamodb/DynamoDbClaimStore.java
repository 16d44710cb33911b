package io.eventdedup.dynamodb;

import static io.eventdedup.dynamodb.ClaimSchema.epochMilliseconds;
import static io.eventdedup.dynamodb.ClaimSchema.epochSeconds;
import static io.eventdedup.dynamodb.ClaimSchema.epochSecondsWithMilliseconds;
import static io.eventdedup.dynamodb.ClaimSchema.number;
import static io.eventdedup.dynamodb.ClaimSchema.text;

import io.eventdedup.aws.CallLimits;
import io.eventdedup.claim.ClaimProtocol;
import io.eventdedup.claim.ClaimStore;
import io.eventdedup.claim.KeyState;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.ScanRequest;

/**
 * The claim store in DynamoDB, with one conditional request for each operation.
 *
 * <p>A request whose condition fails returns the row ({@code ReturnValuesOnConditionCheckFailure}; Amazon DynamoDB API Reference,
 * PutItem), so it need not be read. Every request, including the SDK's retries, ends well within the lease.
 */
final class DynamoDbClaimStore implements ClaimStore {

    private static final Duration MAX_ATTEMPT = Duration.ofSeconds(2);

    private final DynamoDbClient client;
    private final String table;
    private final String keyPrefix;
    private final AwsRequestOverrideConfiguration callLimits;

    DynamoDbClaimStore(DynamoDbClient client, String table, String keyPrefix, ClaimProtocol protocol) {
        this.client = client;
        this.table = table;
        this.keyPrefix = keyPrefix;
        this.callLimits = callLimits(protocol);
    }

    /** Every call ends well within the lease. */
    static AwsRequestOverrideConfiguration callLimits(ClaimProtocol protocol) {
        return CallLimits.within(protocol.lease())
                .atMost(MAX_ATTEMPT, protocol.callLimit())
                .ofRequest();
    }

    @Override
    public ClaimWrite insert(ClaimRequest request) {
        return replace(request, Optional.empty());
    }

    @Override
    public ClaimWrite replace(ClaimRequest request, Optional<KeyState> found) {
        Map<String, AttributeValue> item = new HashMap<>(key(request.key()));
        item.put(ClaimSchema.STATUS, text(ClaimSchema.IN_PROGRESS));
        item.put(ClaimSchema.OWNER, text(request.owner()));
        item.put(ClaimSchema.LEASE_UNTIL, epochMilliseconds(request.leaseUntil()));
        item.put(ClaimSchema.EXPIRATION, epochSeconds(request.expiration()));
        if (request.failures() > 0) {
            item.put(ClaimSchema.ATTEMPTS, number(request.failures()));
        }
        if (!request.content().isEmpty()) {
            item.put(ClaimSchema.CONTENT, ClaimSchema.bytes(request.content()));
        }
        PutItemRequest.Builder put = PutItemRequest.builder()
                .overrideConfiguration(callLimits)
                .tableName(table)
                .item(item)
                .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD);
        if (found.isEmpty()) {
            put.conditionExpression(ClaimSchema.INSERT_CONDITION)
                    .expressionAttributeValues(Map.of(":now", epochSeconds(request.now())));
        } else {
            put.conditionExpression(ClaimSchema.REPLACE_CONDITION)
                    .expressionAttributeNames(ClaimSchema.STATUS_OWNER_AND_GROUP)
                    .expressionAttributeValues(Map.of(
                            ":status", text(statusOf(found.get())),
                            ":theirs", text(found.get().owner()),
                            ":group", text(groupOf(found.get())),
                            ":free", text(ClaimSchema.FREE),
                            ":owner", text(request.owner()),
                            ":takeOverUntil", epochMilliseconds(request.takeOverUntil())));
        }
        try {
            client.putItem(put.build());
            return new ClaimWrite.Written(Optional.empty());
        } catch (ConditionalCheckFailedException e) {
            return new ClaimWrite.Refused(rowOf(e));
        }
    }

    /** The status of a row that may be replaced. */
    private static String statusOf(KeyState found) {
        return found instanceof KeyState.Free ? ClaimSchema.FREE : ClaimSchema.IN_PROGRESS;
    }

    private static String groupOf(KeyState found) {
        return found instanceof KeyState.InProgress inProgress
                ? inProgress.group().orElse("")
                : "";
    }

    @Override
    public ConfirmResult confirm(ConfirmRequest request) {
        try {
            client.updateItem(update -> update.overrideConfiguration(callLimits)
                    .tableName(table)
                    .key(key(request.key()))
                    .updateExpression(ClaimSchema.CONFIRM_UPDATE)
                    .conditionExpression(ClaimSchema.CONFIRM_CONDITION)
                    .expressionAttributeNames(ClaimSchema.STATUS_OWNER_AND_GROUP)
                    .expressionAttributeValues(Map.of(
                            ":completed", text(ClaimSchema.COMPLETED),
                            ":free", text(ClaimSchema.FREE),
                            ":owner", text(request.owner()),
                            ":expiration", epochSeconds(request.expiration()),
                            ":processedAt", epochSecondsWithMilliseconds(request.processedAt()))));
            return ConfirmResult.ROW;
        } catch (ConditionalCheckFailedException e) {
            return ConfirmResult.REFUSED;
        }
    }

    @Override
    public boolean free(FreeRequest request) {
        try {
            client.updateItem(update -> update.overrideConfiguration(callLimits)
                    .tableName(table)
                    .key(key(request.key()))
                    .updateExpression(ClaimSchema.FREE_UPDATE)
                    .conditionExpression(ClaimSchema.HOLDS_CONDITION)
                    .expressionAttributeNames(ClaimSchema.STATUS_OWNER_AND_GROUP)
                    .expressionAttributeValues(Map.of(
                            ":owner", text(request.owner()),
                            ":inProgress", text(ClaimSchema.IN_PROGRESS),
                            ":free", text(ClaimSchema.FREE),
                            ":attempts", number(request.failures()),
                            ":expiration", epochSeconds(request.expiration())))
                    .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD));
            return true;
        } catch (ConditionalCheckFailedException e) {
            // free and ours: an earlier attempt of this request wrote it, and its response was lost
            return rowOf(e).isEmpty()
                    || rowOf(e).get() instanceof KeyState.Free free && free.isOwnedBy(request.owner());
        }
    }

    @Override
    public boolean delete(String key, String owner) {
        try {
            client.deleteItem(delete -> delete.overrideConfiguration(callLimits)
                    .tableName(table)
                    .key(key(key))
                    .conditionExpression(ClaimSchema.HOLDS_CONDITION)
                    .expressionAttributeNames(ClaimSchema.STATUS_AND_OWNER)
                    .expressionAttributeValues(
                            Map.of(":owner", text(owner), ":inProgress", text(ClaimSchema.IN_PROGRESS)))
                    .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD));
            return true;
        } catch (ConditionalCheckFailedException e) {
            // no row: an earlier attempt of this request deleted it, and its response was lost
            return rowOf(e).isEmpty();
        }
    }

    @Override
    public boolean renew(RenewRequest request) {
        try {
            client.updateItem(update -> update.overrideConfiguration(callLimits)
                    .tableName(table)
                    .key(key(request.key()))
                    .updateExpression(ClaimSchema.RENEW_UPDATE)
                    .conditionExpression(ClaimSchema.HOLDS_CONDITION)
                    .expressionAttributeNames(ClaimSchema.STATUS_OWNER_AND_GROUP)
                    .expressionAttributeValues(Map.of(
                            ":owner", text(request.owner()),
                            ":inProgress", text(ClaimSchema.IN_PROGRESS),
                            ":leaseUntil", epochMilliseconds(request.leaseUntil()),
                            ":expiration", epochSeconds(request.expiration()))));
            return true;
        } catch (ConditionalCheckFailedException e) {
            return false;
        }
    }

    /** Adds owners to the group's item, and creates it if it does not exist. */
    void addToGroup(Group group, Collection<String> owners) {
        client.updateItem(update -> update.overrideConfiguration(callLimits)
                .tableName(table)
                .key(Map.of(ClaimSchema.KEY, text(ClaimSchema.groupKey(group.token()))))
                .updateExpression(ClaimSchema.GROUP_UPDATE)
                .expressionAttributeValues(Map.of(
                        ":owners", AttributeValue.fromSs(List.copyOf(owners)),
                        ":expiration", epochSeconds(group.expiration()))));
    }

    @Override
    public Optional<KeyState> read(String key) {
        return row(item(keyPrefix + key));
    }

    @Override
    public Set<String> done(String group) {
        return ClaimSchema.done(item(ClaimSchema.groupKey(group)));
    }

    private Map<String, AttributeValue> item(String wholeKey) {
        return client.getItem(get -> get.overrideConfiguration(callLimits)
                        .tableName(table)
                        .key(Map.of(ClaimSchema.KEY, text(wholeKey)))
                        .consistentRead(true))
                .item();
    }

    @Override
    public boolean forget(String key) {
        try {
            client.deleteItem(delete -> delete.overrideConfiguration(callLimits)
                    .tableName(table)
                    .key(key(key))
                    .conditionExpression(ClaimSchema.FORGET_CONDITION)
                    .expressionAttributeNames(ClaimSchema.STATUS_ONLY)
                    .expressionAttributeValues(Map.of(":inProgress", text(ClaimSchema.IN_PROGRESS))));
            return true;
        } catch (ConditionalCheckFailedException e) {
            return false;
        }
    }

    @Override
    public void clear() {
        ScanRequest.Builder scan = ScanRequest.builder()
                .overrideConfiguration(callLimits)
                .tableName(table)
                .projectionExpression(ClaimSchema.KEY);
        if (!keyPrefix.isEmpty()) {
            scan.filterExpression("begins_with(" + ClaimSchema.KEY + ", :prefix)")
                    .expressionAttributeValues(Map.of(":prefix", text(keyPrefix)));
        }
        client.scanPaginator(scan.build())
                .items()
                .forEach(item -> client.deleteItem(delete -> delete.overrideConfiguration(callLimits)
                        .tableName(table)
                        .key(item)));
    }

    /**
     * A PutItem, as for a claim, with a condition that is never true. If DynamoDB rejects it because of the condition, the table exists,
     * this process may write to it, and it has capacity. Costs one write unit, and needs only the permissions of a claim.
     */
    @Override
    public void probe() {
        try {
            client.putItem(put -> put.overrideConfiguration(callLimits)
                    .tableName(table)
                    .item(key("probe"))
                    .conditionExpression(ClaimSchema.NEVER_CONDITION));
        } catch (ConditionalCheckFailedException e) {
            return;
        }
        throw new IllegalStateException("DynamoDB wrote an item although its condition is false");
    }

    /** Error codes and messages of AWS and the SDK are about the request, and contain nothing of the event. */
    @Override
    public String reason(RuntimeException failure) {
        String reason = failure instanceof AwsServiceException answer && answer.awsErrorDetails() != null
                ? answer.awsErrorDetails().errorCode() + ": "
                        + answer.awsErrorDetails().errorMessage()
                : failure.getClass().getSimpleName() + ": " + failure.getMessage();
        return reason.lines().findFirst().orElse("");
    }

    private Map<String, AttributeValue> key(String key) {
        return Map.of(ClaimSchema.KEY, text(keyPrefix + key));
    }

    private static Optional<KeyState> rowOf(ConditionalCheckFailedException e) {
        return e.hasItem() ? row(e.item()) : Optional.empty();
    }

    private static Optional<KeyState> row(Map<String, AttributeValue> item) {
        return item.isEmpty() ? Optional.empty() : Optional.of(ClaimSchema.state(item));
    }
}
