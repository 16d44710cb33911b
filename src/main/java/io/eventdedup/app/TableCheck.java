package io.eventdedup.app;

import io.eventdedup.aws.ErrorCode;
import io.eventdedup.dynamodb.ClaimTable;
import io.eventdedup.dynamodb.TableFinding;
import io.eventdedup.route.Settings;
import java.util.ArrayList;
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
 * Looks at the table, its key and its time to live, and at the permissions on it.
 *
 * <p>A permission to write is tried with a write that must fail, for a condition that cannot hold or an item without its
 * key, so nothing is changed. Each is a line of its own, whatever became of the others.
 */
final class TableCheck {

    private static final String NEVER = "attribute_exists(eventHash) AND attribute_not_exists(eventHash)";
    private static final Set<BatchStatementErrorCodeEnum> REFUSED_AS_ASKED = EnumSet.of(
            BatchStatementErrorCodeEnum.VALIDATION_ERROR, BatchStatementErrorCodeEnum.CONDITIONAL_CHECK_FAILED);
    private static final Map<String, AttributeValue> KEY = Map.of("eventHash", AttributeValue.fromS("check"));

    private static final AwsRequestOverrideConfiguration PATIENCE = Installation.PATIENCE.ofRequest();

    private final DynamoDbClient dynamoDb;
    private final Settings settings;

    TableCheck(DynamoDbClient dynamoDb, Settings settings) {
        this.dynamoDb = dynamoDb;
        this.settings = settings;
    }

    /** @throws SdkException while DynamoDB does not answer at all */
    List<CheckResult> run() {
        String subject = "table " + settings.table();
        List<CheckResult> results = new ArrayList<>();
        try {
            List<TableFinding> findings = new ClaimTable(dynamoDb, settings.table()).verify();
            findings.forEach(finding -> results.add(
                    finding.kind().isFatal()
                            ? CheckResult.wrong(finding.problem(), finding.fix())
                            : CheckResult.doubtful(finding.problem(), finding.fix())));
            if (findings.isEmpty()) {
                results.add(CheckResult.good(subject + " (TableName of the template), its key and its time to live"));
            }
            if (results.stream().noneMatch(CheckResult::isWrong)) {
                permissions(results);
            }
        } catch (SdkException failure) {
            results.add(CheckResult.failedForGood(subject, failure));
        }
        return results;
    }

    private void permissions(List<CheckResult> results) {
        String table = settings.table();
        attempt(
                "dynamodb:PutItem",
                results,
                () -> dynamoDb.putItem(put -> put.overrideConfiguration(PATIENCE)
                        .tableName(table)
                        .item(KEY)
                        .conditionExpression(NEVER)));
        attempt(
                "dynamodb:UpdateItem",
                results,
                () -> dynamoDb.updateItem(update -> update.overrideConfiguration(PATIENCE)
                        .tableName(table)
                        .key(KEY)
                        .conditionExpression(NEVER)));
        attempt(
                "dynamodb:DeleteItem",
                results,
                () -> dynamoDb.deleteItem(delete -> delete.overrideConfiguration(PATIENCE)
                        .tableName(table)
                        .key(KEY)
                        .conditionExpression(NEVER)));
        attempt(
                "dynamodb:GetItem",
                results,
                () -> dynamoDb.getItem(get ->
                        get.overrideConfiguration(PATIENCE).tableName(table).key(KEY)));
        if (Boolean.parseBoolean(settings.values().get("dedup.merge-calls"))) {
            batchPermissions(results);
        }
    }

    private void batchPermissions(List<CheckResult> results) {
        attempt(
                "dynamodb:BatchGetItem",
                results,
                () -> dynamoDb.batchGetItem(get -> get.overrideConfiguration(PATIENCE)
                        .requestItems(Map.of(
                                settings.table(),
                                KeysAndAttributes.builder().keys(List.of(KEY)).build()))));
        attempt("dynamodb:PartiQLInsert", results, () -> execute("INSERT INTO \"%s\" VALUE {'none': 1}"));
        attempt(
                "dynamodb:PartiQLUpdate",
                results,
                () -> execute("UPDATE \"%s\" SET none = 1 WHERE eventHash = 'check' AND " + NEVER));
    }

    /** As the route does it, in a batch, whose answer tells a refusal of one statement apart from success. */
    private void execute(String statement) {
        dynamoDb
                .batchExecuteStatement(batch -> batch.overrideConfiguration(PATIENCE)
                        .statements(BatchStatementRequest.builder()
                                .statement(statement.formatted(settings.table()))
                                .build()))
                .responses()
                .stream()
                .map(BatchStatementResponse::error)
                .filter(error -> error != null && !REFUSED_AS_ASKED.contains(error.code()))
                .forEach(error -> {
                    throw failed(error);
                });
    }

    /** The failure of one statement, as it would be if it were the whole request. */
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

    private void attempt(String action, List<CheckResult> results, Runnable call) {
        String subject = action + " on " + settings.table();
        try {
            call.run();
            results.add(CheckResult.good(subject));
        } catch (ConditionalCheckFailedException allowed) {
            results.add(CheckResult.good(subject));
        } catch (SdkException failure) {
            results.add(resultOf(subject, failure));
        }
    }

    private static CheckResult resultOf(String subject, SdkException failure) {
        CheckResult failed = CheckResult.failed(subject, failure);
        return switch (AwsFailure.of(failure)) {
            case REFUSED ->
                isAboutTheRequest(failure)
                        ? CheckResult.good(subject)
                        : CheckResult.doubtful(failed.what(), failed.fix());
            // others of this table were answered, and this one may be later
            case UNREACHABLE -> CheckResult.doubtful(failed.what(), failed.fix());
            default -> failed;
        };
    }

    /** Refused for what it asks: so the operation is known, and allowed, which AWS looks at first. */
    private static boolean isAboutTheRequest(SdkException failure) {
        return failure instanceof AwsServiceException answer
                && ErrorCode.of(answer).equals("ValidationException");
    }
}
