package io.eventdedup.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.eventdedup.claim.ClaimFailedException;
import io.eventdedup.dynamodb.TableFinding.Kind;
import io.eventdedup.local.EmbeddedAws;
import io.eventdedup.local.EmbeddedAwsExtension;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/** What is found about a table, and what a repository makes of it when it starts. */
@ExtendWith(EmbeddedAwsExtension.class)
class ClaimTableTest {

    private TableFixture fixture;
    private final String name = "table-" + UUID.randomUUID();
    private ClaimTable table;

    @BeforeEach
    void start(EmbeddedAws aws) {
        fixture = new TableFixture(aws);
        table = new ClaimTable(fixture.client, name);
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    private void createWithKey(String attribute, ScalarAttributeType type) {
        fixture.client.createTable(create -> create.tableName(name)
                .attributeDefinitions(AttributeDefinition.builder()
                        .attributeName(attribute)
                        .attributeType(type)
                        .build())
                .keySchema(KeySchemaElement.builder()
                        .attributeName(attribute)
                        .keyType(KeyType.HASH)
                        .build())
                .billingMode(BillingMode.PAY_PER_REQUEST));
    }

    private DynamoDbIdempotentRepository repository() {
        return new DynamoDbIdempotentRepository(fixture.client, name);
    }

    @Test
    void aCreatedTableHasNothingToMend() {
        table.createIfMissing();

        assertThat(table.verify()).isEmpty();
    }

    @Test
    void creatingATableThatIsThereChangesNothing() {
        table.createIfMissing();
        table.createIfMissing();

        assertThat(table.verify()).isEmpty();
    }

    @Test
    void aMissingTableIsFound() {
        assertThat(table.verify()).extracting(TableFinding::kind).containsExactly(Kind.MISSING);
    }

    @Test
    void aWrongKeyIsFound() {
        createWithKey("id", ScalarAttributeType.S);

        assertThat(table.verify())
                .first()
                .hasToString("DynamoDB table " + name + " has the key id (S, HASH); a table's key cannot be changed:"
                        + " create another with the partition key eventHash (S) alone");
    }

    @Test
    void aKeyOfTheWrongTypeIsFound() {
        createWithKey("eventHash", ScalarAttributeType.N);

        assertThat(table.verify()).extracting(TableFinding::kind).contains(Kind.WRONG_KEY);
    }

    @Test
    void aMissingTimeToLiveIsFoundAndIsNotFatal() {
        createWithKey("eventHash", ScalarAttributeType.S);

        assertThat(table.verify()).singleElement().satisfies(finding -> {
            assertThat(finding.kind()).isEqualTo(Kind.TIME_TO_LIVE_OFF);
            assertThat(finding.kind().isFatal()).isFalse();
        });
    }

    @Test
    void aTimeToLiveOnAnotherAttributeIsFound() {
        createWithKey("eventHash", ScalarAttributeType.S);
        fixture.client.updateTimeToLive(update -> update.tableName(name)
                .timeToLiveSpecification(ttl -> ttl.attributeName("expires").enabled(true)));

        assertThat(table.verify()).extracting(TableFinding::kind).containsExactly(Kind.TIME_TO_LIVE_WRONG);
    }

    @Test
    void whatMayNotBeLookedAtIsFoundAndIsNotFatal() {
        table.createIfMissing();
        fixture.network.fail(DynamoDbException.builder()
                .message("not authorized")
                .statusCode(400)
                .awsErrorDetails(AwsErrorDetails.builder()
                        .errorCode("AccessDeniedException")
                        .build())
                .build());

        assertThat(table.verify())
                .extracting(TableFinding::kind, TableFinding::fix)
                .containsExactly(
                        tuple(Kind.NOT_VISIBLE, "allow the action dynamodb:DescribeTable"),
                        tuple(Kind.NOT_VISIBLE, "allow the action dynamodb:DescribeTimeToLive"));
    }

    @Test
    void aRepositoryDoesNotStartWithoutItsTable() {
        assertThatThrownBy(() -> repository().start())
                .isInstanceOf(TableException.class)
                .hasMessage(
                        "DynamoDB table " + name + " does not exist; create it with the partition key eventHash (S),"
                                + " or correct its name or the region");
    }

    @Test
    void aRepositoryMayCreateItsTable() {
        DynamoDbIdempotentRepository repository = repository();
        repository.setCreateTable(true);
        repository.start();
        repository.shutdown();

        assertThat(table.verify()).isEmpty();
    }

    @Test
    void aTableThatIsToBeCreatedHasToBeReached() {
        DynamoDbIdempotentRepository repository = repository();
        repository.setCreateTable(true);
        fixture.network.goDown();

        assertThatThrownBy(repository::start).isInstanceOf(SdkClientException.class);
    }

    @Test
    void aRepositoryStartsWhileItsTableCannotBeReachedAndClaimsOnceItCan() {
        table.createIfMissing();
        DynamoDbIdempotentRepository repository = repository();
        fixture.network.goDown();
        repository.start();
        assertThatThrownBy(() -> repository.add(fixture.delivery(), "key")).isInstanceOf(ClaimFailedException.class);

        fixture.network.restore();

        assertThat(repository.add(fixture.delivery(), "key")).isTrue();
        repository.shutdown();
    }

    @Test
    void aRepositoryWithoutAContextEndsWhenItIsShutDown() {
        table.createIfMissing();
        DynamoDbIdempotentRepository repository = repository();
        repository.start();

        repository.shutdown();

        assertThat(repository.claimKeeper().isClosed()).isTrue();
    }

    @Test
    void settingsThatMakeNoSenseStopTheStart() {
        DynamoDbIdempotentRepository repository = repository();
        repository.setLease(Duration.ZERO);

        assertThatThrownBy(repository::start)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("lease must be positive, not PT0S");
    }

    @Test
    void aRepositoryThatWasNotStartedSaysSo() {
        assertThatThrownBy(() -> repository().add("key"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("has not been started");
    }
}
