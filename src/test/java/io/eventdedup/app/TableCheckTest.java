package io.eventdedup.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventdedup.local.EmbeddedAws;
import io.eventdedup.local.EmbeddedAwsExtension;
import io.eventdedup.route.Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.interceptor.SdkExecutionAttribute;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;

/** What the check says of a table when single operations fail. */
@ExtendWith(EmbeddedAwsExtension.class)
class TableCheckTest {

    private RouteFixture fixture;
    private String failing = "";
    private String code = "";
    private int status;
    private DynamoDbClient client;

    @BeforeEach
    void start(EmbeddedAws aws) {
        fixture = new RouteFixture(aws);
        client = DynamoDbClient.builder()
                .endpointOverride(aws.dynamoDbEndpoint())
                .region(Region.of(EmbeddedAws.REGION))
                .credentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(EmbeddedAws.ACCESS_KEY, EmbeddedAws.SECRET_KEY)))
                .overrideConfiguration(override -> override.addExecutionInterceptor(new ExecutionInterceptor() {
                    @Override
                    public void beforeTransmission(Context.BeforeTransmission context, ExecutionAttributes attributes) {
                        if (failing.equals(attributes.getAttribute(SdkExecutionAttribute.OPERATION_NAME))) {
                            throw DynamoDbException.builder()
                                    .statusCode(status)
                                    .awsErrorDetails(AwsErrorDetails.builder()
                                            .errorCode(code)
                                            .errorMessage("what AWS says")
                                            .build())
                                    .build();
                        }
                    }
                }))
                .build();
    }

    @AfterEach
    void stop() {
        client.close();
        fixture.close();
    }

    private List<CheckResult> check(String operation, String failsWith, int withStatus) {
        failing = operation;
        code = failsWith;
        status = withStatus;
        return new TableCheck(client, Settings.load(fixture.settings(), Map.of(), Path.of(""))).run();
    }

    private List<CheckResult> check() {
        return check("", "", 0);
    }

    @Test
    void everyActionIsALine() {
        assertThat(check())
                .allMatch(result -> result.status() == CheckResult.Status.GOOD)
                .hasSize(8);
    }

    @Test
    void anActionWithoutAnAnswerIsNamedAndHidesNoOther() {
        assertThat(check("PutItem", "InternalServerError", 500))
                .hasSize(8)
                .filteredOn(result -> result.status() != CheckResult.Status.GOOD)
                .singleElement()
                .satisfies(result -> {
                    assertThat(result.text()).startsWith("dynamodb:PutItem on " + fixture.table);
                    assertThat(result.status()).isEqualTo(CheckResult.Status.DOUBTFUL);
                });
    }

    @Test
    void anActionThatIsDeniedIsWrongAndHidesNoOther() {
        assertThat(check("DeleteItem", "AccessDeniedException", 400))
                .hasSize(8)
                .filteredOn(CheckResult::isWrong)
                .singleElement()
                .satisfies(result -> assertThat(result.text()).startsWith("dynamodb:DeleteItem on " + fixture.table));
    }

    @Test
    void aServiceThatDoesNotKnowAnOperationProvesNothing() {
        assertThat(check("BatchExecuteStatement", "UnknownOperationException", 400))
                .hasSize(8)
                .filteredOn(result -> result.status() == CheckResult.Status.DOUBTFUL)
                .extracting(CheckResult::what)
                .containsExactly(
                        "dynamodb:PartiQLInsert on " + fixture.table + " was refused",
                        "dynamodb:PartiQLUpdate on " + fixture.table + " was refused");
    }

    @Test
    void aServiceThatDoesNotKnowTimeToLiveHidesNoOtherLine() {
        assertThat(check("DescribeTimeToLive", "UnknownOperationException", 400))
                .hasSize(8)
                .filteredOn(result -> result.status() == CheckResult.Status.DOUBTFUL)
                .singleElement()
                .satisfies(result -> assertThat(result.text()).contains("dynamodb:DescribeTimeToLive"));
    }

    @Test
    void withoutMergedCallsBatchesAreNotLookedAt() {
        fixture.with("dedup.merge-calls", "false");

        assertThat(check("BatchExecuteStatement", "AccessDeniedException", 400))
                .hasSize(5)
                .noneMatch(CheckResult::isWrong);
    }
}
