package io.eventdedup.app;

import io.eventdedup.aws.AwsFailure;
import io.eventdedup.dynamodb.ClaimTable;
import io.eventdedup.dynamodb.TableFinding;
import io.eventdedup.dynamodb.TablePermissions;
import io.eventdedup.dynamodb.TablePermissions.Permission;
import io.eventdedup.route.Settings;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * Looks at the table, its key and its time to live, and at the permissions on it; nothing is changed. Each permission is a line of
 * its own, whatever became of the others.
 */
final class TableCheck {

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
                needed().forEach(permission -> results.add(check(permission)));
            }
        } catch (SdkException failure) {
            results.add(CheckResult.failedForGood(subject, failure));
        }
        return results;
    }

    private List<Permission> needed() {
        TablePermissions permissions = new TablePermissions(dynamoDb, settings.table(), Installation.PATIENCE);
        List<Permission> needed = new ArrayList<>(permissions.ofSingleCalls());
        if (Boolean.parseBoolean(settings.values().get("dedup.merge-calls"))) {
            needed.addAll(permissions.ofMergedCalls());
        }
        return needed;
    }

    private CheckResult check(Permission permission) {
        String subject = permission.action() + " on " + settings.table();
        try {
            permission.attempt();
            return CheckResult.good(subject);
        } catch (SdkException failure) {
            CheckResult failed = CheckResult.failed(subject, failure);
            return switch (AwsFailure.of(failure)) {
                // unreachable: others of this table were answered, and this one may be later
                case REFUSED, UNKNOWN_OPERATION, UNREACHABLE -> CheckResult.doubtful(failed.what(), failed.fix());
                default -> failed;
            };
        }
    }
}
