package io.eventdedup.dynamodb;

import static io.eventdedup.dynamodb.ClaimSchema.epochMilliseconds;
import static io.eventdedup.dynamodb.ClaimSchema.epochSeconds;
import static io.eventdedup.dynamodb.ClaimSchema.epochSecondsWithMilliseconds;
import static io.eventdedup.dynamodb.ClaimSchema.text;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.ScanRequest;

/**
 * The claim protocol over DynamoDB: each operation is one request, decided by its condition in the table.
 *
 * <p>A refused request brings the row that stood in its way ({@code ReturnValuesOnConditionCheckFailure}), so none needs
 * a second read. Every request ends well within the lease, the SDK's own retries included.
 */
final class DynamoDbClaimStore implements ClaimStore {

    private static final Duration LONGEST_ATTEMPT = Duration.ofSeconds(2);
    private static final Duration LONGEST_CALL = Duration.ofSeconds(6);

    private final DynamoDbClient client;
    private final String table;
    private final String keyPrefix;
    private final ClaimProtocol protocol;
    private final AwsRequestOverrideConfiguration timeouts;

    DynamoDbClaimStore(DynamoDbClient client, String table, String keyPrefix, ClaimProtocol protocol) {
        this.client = client;
        this.table = table;
        this.keyPrefix = keyPrefix;
        this.protocol = protocol;
        this.timeouts = timeouts(protocol.lease());
    }

    /** Time limits of each attempt and of the whole call, well below the lease. */
    static AwsRequestOverrideConfiguration timeouts(Duration lease) {
        return AwsRequestOverrideConfiguration.builder()
                .apiCallAttemptTimeout(shorter(LONGEST_ATTEMPT, lease.dividedBy(8)))
                .apiCallTimeout(shorter(LONGEST_CALL, lease.dividedBy(3)))
                .build();
    }

    @Override
    public ClaimOutcome claim(ClaimRequest request) {
        Map<String, AttributeValue> item = new HashMap<>(key(request.key()));
        item.put(ClaimSchema.STATUS, text(ClaimSchema.IN_PROGRESS));
        item.put(ClaimSchema.OWNER, text(request.owner()));
        item.put(ClaimSchema.LEASE_UNTIL, epochMilliseconds(request.leaseUntil()));
        item.put(ClaimSchema.EXPIRATION, epochSeconds(request.expiration()));
        try {
            client.putItem(put -> put.overrideConfiguration(timeouts)
                    .tableName(table)
                    .item(item)
                    .conditionExpression(ClaimSchema.CLAIM_CONDITION)
                    .expressionAttributeNames(ClaimSchema.STATUS_AND_OWNER)
                    .expressionAttributeValues(Map.of(
                            ":now", epochSeconds(request.now()),
                            ":inProgress", text(ClaimSchema.IN_PROGRESS),
                            ":owner", text(request.owner()),
                            ":takeOverUntil", epochMilliseconds(request.takeOverUntil())))
                    .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD));
            return new ClaimOutcome.Claimed(request.leaseUntil());
        } catch (ConditionalCheckFailedException e) {
            ClaimOutcome outcome = protocol.judge(rowOf(e), request);
            // refused, so it is not mine, whatever is made of the row: the next delivery asks again
            return outcome instanceof ClaimOutcome.Claimed ? new ClaimOutcome.InProgress(request.now()) : outcome;
        }
    }

    @Override
    public boolean confirm(ConfirmRequest request) {
        try {
            client.updateItem(update -> update.overrideConfiguration(timeouts)
                    .tableName(table)
                    .key(key(request.key()))
                    .updateExpression(ClaimSchema.CONFIRM_UPDATE)
                    .conditionExpression(ClaimSchema.CONFIRM_CONDITION)
                    .expressionAttributeNames(ClaimSchema.STATUS_AND_OWNER)
                    .expressionAttributeValues(Map.of(
                            ":completed", text(ClaimSchema.COMPLETED),
                            ":owner", text(request.owner()),
                            ":expiration", epochSeconds(request.expiration()),
                            ":processedAt", epochSecondsWithMilliseconds(request.processedAt()))));
            return true;
        } catch (ConditionalCheckFailedException e) {
            return false;
        }
    }

    @Override
    public boolean release(String key, String owner) {
        try {
            client.deleteItem(delete -> delete.overrideConfiguration(timeouts)
                    .tableName(table)
                    .key(key(key))
                    .conditionExpression(ClaimSchema.HOLDS_CONDITION)
                    .expressionAttributeNames(ClaimSchema.STATUS_AND_OWNER)
                    .expressionAttributeValues(
                            Map.of(":owner", text(owner), ":inProgress", text(ClaimSchema.IN_PROGRESS)))
                    .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD));
            return true;
        } catch (ConditionalCheckFailedException e) {
            // no row: an earlier attempt of this request deleted it and its answer was lost
            return rowOf(e).isEmpty();
        }
    }

    @Override
    public boolean renew(RenewRequest request) {
        try {
            client.updateItem(update -> update.overrideConfiguration(timeouts)
                    .tableName(table)
                    .key(key(request.key()))
                    .updateExpression(ClaimSchema.RENEW_UPDATE)
                    .conditionExpression(ClaimSchema.HOLDS_CONDITION)
                    .expressionAttributeNames(ClaimSchema.STATUS_AND_OWNER)
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

    @Override
    public Optional<Row> read(String key) {
        return row(client.getItem(get -> get.overrideConfiguration(timeouts)
                        .tableName(table)
                        .key(key(key))
                        .consistentRead(true))
                .item());
    }

    @Override
    public boolean forget(String key) {
        try {
            client.deleteItem(delete -> delete.overrideConfiguration(timeouts)
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
                .overrideConfiguration(timeouts)
                .tableName(table)
                .projectionExpression(ClaimSchema.KEY);
        if (!keyPrefix.isEmpty()) {
            scan.filterExpression("begins_with(" + ClaimSchema.KEY + ", :prefix)")
                    .expressionAttributeValues(Map.of(":prefix", text(keyPrefix)));
        }
        client.scanPaginator(scan.build())
                .items()
                .forEach(item -> client.deleteItem(delete ->
                        delete.overrideConfiguration(timeouts).tableName(table).key(item)));
    }

    /**
     * A PutItem, as a claim is, whose condition cannot hold: that it is refused for its condition proves that the table
     * is there, may be written by this process, and has capacity to read and write. One write unit, no permission that a claim does not need.
     */
    @Override
    public void probe() {
        try {
            client.putItem(put -> put.overrideConfiguration(timeouts)
                    .tableName(table)
                    .item(key("probe"))
                    .conditionExpression(ClaimSchema.NEVER_CONDITION));
        } catch (ConditionalCheckFailedException e) {
            return;
        }
        throw new IllegalStateException("DynamoDB wrote an item against its condition");
    }

    private Map<String, AttributeValue> key(String key) {
        return Map.of(ClaimSchema.KEY, text(keyPrefix + key));
    }

    private static Optional<Row> rowOf(ConditionalCheckFailedException e) {
        return e.hasItem() ? row(e.item()) : Optional.empty();
    }

    private static Optional<Row> row(Map<String, AttributeValue> item) {
        return item.isEmpty() ? Optional.empty() : Optional.of(ClaimSchema.row(item));
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
