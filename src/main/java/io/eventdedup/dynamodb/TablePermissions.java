package io.eventdedup.dynamodb;

import io.eventdedup.aws.AwsFailure;
import io.eventdedup.aws.CallLimits;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchStatementError;
import software.amazon.awssdk.services.dynamodb.model.BatchStatementErrorCodeEnum;
import software.amazon.awssdk.services.dynamodb.model.BatchStatementRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchStatementResponse;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;

/**
 * The permissions on the table that claims need. Each is tested by a call that changes nothing: a write has a condition that is never
 * true, or an item without its key.
 */
public final class TablePermissions {

    private static final Map<String, AttributeValue> KEY = Map.of(ClaimSchema.KEY, ClaimSchema.text("check"));

    private static final Set<BatchStatementErrorCodeEnum> REFUSED_AS_ASKED = EnumSet.of(
            BatchStatementErrorCodeEnum.VALIDATION_ERROR, BatchStatementErrorCodeEnum.CONDITIONAL_CHECK_FAILED);

    private final DynamoDbClient client;
    private final String table;
    private final AwsRequestOverrideConfiguration limits;

    /** @param client belongs to the caller, who closes it */
    public TablePermissions(DynamoDbClient client, String table, CallLimits limits) {
        this.client = client;
        this.table = table;
        this.limits = limits.ofRequest();
    }

    /** One permission. */
    public static final class Permission {

        private final String action;
        private final Runnable call;

        private Permission(String action, Runnable call) {
            this.action = action;
            this.call = call;
        }

        /** The action, as in IAM policies. */
        public String action() {
            return action;
        }

        /**
         * Makes a call that needs the permission.
         *
         * @throws SdkException if it is denied, or if DynamoDB does not respond or does not support the operation
         */
        public void attempt() {
            try {
                call.run();
            } catch (ConditionalCheckFailedException allowed) {
                return;
            } catch (AwsServiceException failure) {
                // DynamoDB checks the permission before it validates the request
                if (!AwsFailure.code(failure).equals("ValidationException")) {
                    throw failure;
                }
            }
        }
    }

    /** The permissions that every repository needs. */
    public List<Permission> ofSingleCalls() {
        return List.of(
                new Permission(
                        "dynamodb:PutItem",
                        () -> client.putItem(put -> put.overrideConfiguration(limits)
                                .tableName(table)
                                .item(KEY)
                                .conditionExpression(ClaimSchema.NEVER_CONDITION))),
                new Permission(
                        "dynamodb:UpdateItem",
                        () -> client.updateItem(update -> update.overrideConfiguration(limits)
                                .tableName(table)
                                .key(KEY)
                                .conditionExpression(ClaimSchema.NEVER_CONDITION))),
                new Permission(
                        "dynamodb:DeleteItem",
                        () -> client.deleteItem(delete -> delete.overrideConfiguration(limits)
                                .tableName(table)
                                .key(KEY)
                                .conditionExpression(ClaimSchema.NEVER_CONDITION))),
                new Permission(
                        "dynamodb:GetItem",
                        () -> client.getItem(get -> get.overrideConfiguration(limits)
                                .tableName(table)
                                .key(KEY))));
    }

    /** The additional permissions of a repository that merges calls. */
    public List<Permission> ofMergedCalls() {
        return List.of(
                new Permission(
                        "dynamodb:BatchGetItem",
                        () -> client.batchGetItem(get -> get.overrideConfiguration(limits)
                                .requestItems(Map.of(
                                        table,
                                        KeysAndAttributes.builder()
                                                .keys(List.of(KEY))
                                                .build())))),
                new Permission("dynamodb:PartiQLInsert", () -> execute("INSERT INTO \"%s\" VALUE {'none': 1}")),
                new Permission(
                        "dynamodb:PartiQLUpdate",
                        () -> execute("UPDATE \"%s\" SET none = 1 WHERE " + ClaimSchema.KEY + " = 'check' AND "
                                + ClaimSchema.NEVER_CONDITION)));
    }

    /** In a batch, as in the repository; its response has an error for each statement that failed. */
    private void execute(String statement) {
        client
                .batchExecuteStatement(batch -> batch.overrideConfiguration(limits)
                        .statements(BatchStatementRequest.builder()
                                .statement(statement.formatted(table))
                                .build()))
                .responses()
                .stream()
                .map(BatchStatementResponse::error)
                .filter(error -> error != null && !REFUSED_AS_ASKED.contains(error.code()))
                .forEach(error -> {
                    throw failed(error);
                });
    }

    /** The failure of one statement as if it were the failure of a whole request. */
    private static AwsServiceException failed(BatchStatementError error) {
        boolean denied = error.code() == BatchStatementErrorCodeEnum.ACCESS_DENIED;
        return DynamoDbException.builder()
                .message(error.message())
                .statusCode(denied ? 400 : 500)
                .awsErrorDetails(AwsErrorDetails.builder()
                        .errorCode(denied ? "AccessDeniedException" : error.codeAsString())
                        .errorMessage(error.message())
                        .build())
                .build();
    }
}
