package io.eventdedup.dynamodb;

import static io.eventdedup.dynamodb.TableFixture.LEASE;
import static io.eventdedup.dynamodb.TableFixture.SKEW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.eventdedup.claim.ClaimFailedException;
import io.eventdedup.claim.ClaimProtocol;
import io.eventdedup.claim.ClaimStore;
import io.eventdedup.claim.KeyInProgressException;
import io.eventdedup.local.EmbeddedAws;
import io.eventdedup.local.EmbeddedAwsExtension;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughputExceededException;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;

/** The claim protocol when requests and answers are lost, owners are late, and clocks are wrong. */
@ExtendWith(EmbeddedAwsExtension.class)
class ClaimFaultTest {

    private static final String KEY = "5eed0fa0123456789";

    private TableFixture fixture;
    private DynamoDbIdempotentRepository one;
    private DynamoDbIdempotentRepository other;
    private Exchange original;
    private Exchange copy;

    @BeforeEach
    void start(EmbeddedAws aws) {
        fixture = new TableFixture(aws);
        one = fixture.process();
        other = fixture.process();
        original = fixture.delivery();
        copy = fixture.delivery();
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    private void otherTakesOver() {
        one.add(original, KEY);
        TableFixture.kill(one);
        fixture.clock.move(LEASE.plus(SKEW));
        assertThat(other.add(copy, KEY)).isTrue();
    }

    @Test
    void aLateConfirmChangesNothing() {
        otherTakesOver();
        Map<String, AttributeValue> before = fixture.item(KEY);

        assertThat(one.confirm(original, KEY)).isFalse();

        assertThat(fixture.item(KEY)).isEqualTo(before);
        assertThat(one.getPendingConfirms()).isZero();
    }

    @Test
    void aLateReleaseChangesNothing() {
        otherTakesOver();
        Map<String, AttributeValue> before = fixture.item(KEY);

        assertThat(one.remove(original, KEY)).isFalse();

        assertThat(fixture.item(KEY)).isEqualTo(before);
    }

    @Test
    void aLateReleaseDoesNotForgetWhatAnotherFinished() {
        otherTakesOver();
        other.confirm(copy, KEY);

        one.remove(original, KEY);

        assertThat(fixture.status(KEY)).isEqualTo("COMPLETED");
    }

    @Test
    void aLateConfirmIsRememberedIfTheNextOwnerHasGivenUp() {
        otherTakesOver();
        other.remove(copy, KEY);

        assertThat(one.confirm(original, KEY)).isTrue();

        assertThat(other.add(fixture.delivery(), KEY)).isFalse();
    }

    @Test
    void aClaimWhoseAnswerIsLostIsRecognisedByTheRetryOfTheSdk() {
        fixture.network.takeRequests();
        fixture.network.loseNextAnswer();

        assertThat(one.add(original, KEY)).isTrue();

        assertThat(fixture.network.takeRequests()).containsExactly("PutItem", "PutItem");
    }

    @Test
    void aConfirmWhoseAnswerIsLostIsRecognisedByTheRetryOfTheSdk() {
        one.add(original, KEY);
        fixture.network.loseNextAnswer();

        assertThat(one.confirm(original, KEY)).isTrue();
        assertThat(fixture.status(KEY)).isEqualTo("COMPLETED");
    }

    @Test
    void aReleaseWhoseAnswerIsLostIsRecognisedByTheRetryOfTheSdk() {
        one.add(original, KEY);
        fixture.network.loseNextAnswer();

        assertThat(one.remove(original, KEY)).isTrue();
        assertThat(fixture.item(KEY)).isEmpty();
    }

    @Test
    void aClaimWhoseAnswerIsLostForGoodIsRecognisedWhenTheExchangeAsksAgain() {
        fixture.network.loseNextAnswerForGood();
        assertThatThrownBy(() -> one.add(original, KEY))
                .isInstanceOf(ClaimFailedException.class)
                .hasCauseInstanceOf(SdkClientException.class);

        assertThat(one.add(original, KEY)).isTrue();
    }

    @Test
    void aClaimWhoseAnswerIsLostForGoodIsInProgressForOthers() {
        fixture.network.loseNextAnswerForGood();
        assertThatThrownBy(() -> one.add(original, KEY))
                .isInstanceOf(ClaimFailedException.class)
                .hasCauseInstanceOf(SdkClientException.class);

        assertThatThrownBy(() -> one.add(copy, KEY)).isInstanceOf(KeyInProgressException.class);
    }

    @Test
    void aConfirmThatCannotReachTheTableIsKeptAndTriedAgain() {
        one.add(original, KEY);
        fixture.network.goDown();

        assertThat(one.confirm(original, KEY)).isFalse();
        assertThat(one.getPendingConfirms()).isEqualTo(1);

        fixture.network.restore();
        fixture.clock.move(Duration.ofSeconds(1));
        await().until(() -> one.getPendingConfirms() == 0);
        assertThat(fixture.status(KEY)).isEqualTo("COMPLETED");
    }

    @Test
    void aCopyOfAPendingConfirmIsADuplicateInTheSameProcess() {
        one.add(original, KEY);
        fixture.network.goDown();
        one.confirm(original, KEY);
        fixture.network.takeRequests();

        assertThat(one.add(copy, KEY)).isFalse();
        assertThat(fixture.network.takeRequests()).doesNotContain("PutItem");
    }

    @Test
    void stoppingWritesThePendingConfirms() {
        one.add(original, KEY);
        fixture.network.goDown();
        one.confirm(original, KEY);
        fixture.network.restore();

        one.stop();

        assertThat(fixture.status(KEY)).isEqualTo("COMPLETED");
    }

    @Test
    void aSuccessfulProbeWritesThePendingConfirms() {
        one.add(original, KEY);
        fixture.network.goDown();
        one.confirm(original, KEY);
        assertThatThrownBy(one::probe).isInstanceOf(SdkClientException.class);
        fixture.network.restore();

        one.probe();

        assertThat(fixture.status(KEY)).isEqualTo("COMPLETED");
    }

    @Test
    void aPendingConfirmIsGivenUpWhenItsWindowIsOver() {
        one.add(original, KEY);
        fixture.network.goDown();
        one.confirm(original, KEY);

        fixture.clock.move(TableFixture.WINDOW);

        await().until(() -> one.getPendingConfirms() == 0);
        assertThat(one.getKeysInProgress()).isZero();
    }

    @Test
    void aReleaseThatCannotReachTheTableIsLeftToTheLease() {
        one.add(original, KEY);
        fixture.network.goDown();
        assertThat(one.remove(original, KEY)).isFalse();
        fixture.network.restore();

        assertThatThrownBy(() -> one.add(copy, KEY)).isInstanceOf(KeyInProgressException.class);
        fixture.clock.move(LEASE.plus(SKEW));
        assertThat(one.add(copy, KEY)).isTrue();
    }

    @Test
    void aHeldClaimIsRenewedAtHalfItsLease() {
        one.add(original, KEY);
        fixture.clock.move(LEASE.dividedBy(2));

        String renewed = Long.toString(fixture.clock.instant().plus(LEASE).toEpochMilli());
        await().until(() -> fixture.item(KEY).get("leaseUntil").n().equals(renewed));
    }

    @Test
    void aRenewedClaimOutlivesItsFirstLease() {
        one.add(original, KEY);
        for (int half = 1; half <= 4; half++) {
            fixture.clock.move(LEASE.dividedBy(2));
            String renewed = Long.toString(fixture.clock.instant().plus(LEASE).toEpochMilli());
            await().until(() -> fixture.item(KEY).get("leaseUntil").n().equals(renewed));
        }

        assertThatThrownBy(() -> other.add(copy, KEY)).isInstanceOf(KeyInProgressException.class);
        assertThat(one.confirm(original, KEY)).isTrue();
    }

    @Test
    void aLeaseIsRenewedThoughTheClockWentBack() {
        one.add(original, KEY);
        fixture.clock.move(Duration.ofHours(-1));

        String renewed = Long.toString(fixture.clock.instant().plus(LEASE).toEpochMilli());
        await().until(() -> fixture.item(KEY).get("leaseUntil").n().equals(renewed));
    }

    @Test
    void aClockThatWentBackMakesNoKeyNew() {
        one.add(original, KEY);
        one.confirm(original, KEY);
        fixture.clock.move(Duration.ofHours(-1));

        assertThat(one.add(copy, KEY)).isFalse();
        assertThat(other.add(copy, KEY)).isFalse();
    }

    @Test
    void aClockThatWentForwardEndsTheWindowAndNothingElse() {
        one.add(original, KEY);
        one.confirm(original, KEY);
        fixture.clock.move(Duration.ofHours(1));

        assertThat(one.add(copy, KEY)).isTrue();
    }

    @Test
    void throttlingComesAsAFailedClaim() {
        DynamoDbIdempotentRepository quick = fixture.process(repository -> repository.setLease(Duration.ofSeconds(2)));
        fixture.network.fail(ProvisionedThroughputExceededException.builder()
                .message("slow down")
                .statusCode(400)
                .awsErrorDetails(AwsErrorDetails.builder()
                        .errorCode("ProvisionedThroughputExceededException")
                        .build())
                .build());

        assertThatThrownBy(() -> quick.add(original, KEY))
                .isInstanceOf(ClaimFailedException.class)
                .hasCauseInstanceOf(SdkException.class);
    }

    @Test
    void aFailedClaimSaysWhatAwsSaidAndNoMoreOfTheKeyThanALogMayShow() {
        fixture.network.fail(DynamoDbException.builder()
                .message("a longer text")
                .statusCode(400)
                .awsErrorDetails(AwsErrorDetails.builder()
                        .errorCode("AccessDeniedException")
                        .errorMessage("not authorized to perform dynamodb:PutItem")
                        .build())
                .build());

        assertThatThrownBy(() -> one.add(original, KEY))
                .isInstanceOf(ClaimFailedException.class)
                .hasMessage("key 5eed0fa0 could not be claimed: AccessDeniedException: not authorized to perform"
                        + " dynamodb:PutItem");
    }

    @Test
    void aLateReleaseIsALostLease() {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        fixture.context.getRegistry().bind("meters", MeterRegistry.class, meters);
        one = fixture.process(repository -> repository.setCamelContext(fixture.context));
        otherTakesOver();

        one.remove(original, KEY);

        assertThat(meters.get("dedup.lease.lost").counter().count()).isEqualTo(1);
    }

    @Test
    void aTableThatIsGoneComesAsAFailedClaim() {
        DynamoDbIdempotentRepository gone = fixture.process();
        fixture.client.deleteTable(delete -> delete.tableName(fixture.table));
        try {
            assertThatThrownBy(() -> gone.add(original, KEY))
                    .isInstanceOf(ClaimFailedException.class)
                    .hasCauseInstanceOf(ResourceNotFoundException.class);
            assertThatThrownBy(gone::probe).isInstanceOf(ResourceNotFoundException.class);
        } finally {
            new ClaimTable(fixture.client, fixture.table).createIfMissing();
        }
    }

    @Test
    void aTableThatDoesNotAnswerComesAsATimeoutWithinTheLease() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                DynamoDbClient client = fixture.client(URI.create("http://127.0.0.1:" + silent.getLocalPort()))) {
            ClaimProtocol protocol = new ClaimProtocol(Duration.ofSeconds(2), SKEW);
            ClaimStore store = new DynamoDbClaimStore(client, fixture.table, "", protocol);

            assertThatThrownBy(store::probe)
                    .isInstanceOf(SdkException.class)
                    .isInstanceOfAny(ApiCallTimeoutException.class, ApiCallAttemptTimeoutException.class);
        }
    }

    @Test
    void aProbeChangesNothing() {
        one.probe();

        assertThat(fixture.client.scan(scan -> scan.tableName(fixture.table)).count())
                .isZero();
    }
}
