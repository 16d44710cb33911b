package io.eventdedup.dynamodb;

import static io.eventdedup.dynamodb.TableFixture.LEASE;
import static io.eventdedup.dynamodb.TableFixture.SKEW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.eventdedup.aws.MergeGroup;
import io.eventdedup.claim.Admission;
import io.eventdedup.claim.Claim;
import io.eventdedup.claim.ClaimFailedException;
import io.eventdedup.claim.Content;
import io.eventdedup.claim.Settled;
import io.eventdedup.local.EmbeddedAws;
import io.eventdedup.local.EmbeddedAwsExtension;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.Exchange;
import org.apache.camel.support.UnitOfWorkHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A caller that ends its claims itself, and learns how often work on the key has failed before. */
@ExtendWith(EmbeddedAwsExtension.class)
class TakeOverTest {

    private static final String KEY = "b01dface0123456789";

    private TableFixture fixture;
    private DynamoDbIdempotentRepository one;
    private DynamoDbIdempotentRepository other;

    @BeforeEach
    void start(EmbeddedAws aws) {
        fixture = new TableFixture(aws);
        one = fixture.process();
        other = fixture.process();
    }

    @AfterEach
    void stop() {
        fixture.context.stop();
        fixture.close();
    }

    private Claim claim(DynamoDbIdempotentRepository process) {
        return claim(process, fixture.delivery());
    }

    private static Claim claim(DynamoDbIdempotentRepository process, Exchange exchange) {
        return ((Admission.Claimed) process.takeOver(exchange, KEY, Content.NONE)).claim();
    }

    /** A delivery whose work fails; how often it had failed before. */
    private int fail(DynamoDbIdempotentRepository process) {
        Claim claim = claim(process);
        assertThat(claim.fail()).isInstanceOf(Settled.Written.class);
        return claim.failures();
    }

    private int failuresSeenBy(DynamoDbIdempotentRepository process) {
        return claim(process).failures();
    }

    @Test
    void whatCamelConfirmsOrRemovesChangesNothingOfAClaimThatIsTakenOver() {
        Exchange exchange = fixture.delivery();
        Claim claim = claim(one, exchange);

        assertThat(one.confirm(exchange, KEY)).isFalse();
        assertThat(one.remove(exchange, KEY)).isFalse();

        assertThat(fixture.status(KEY)).isEqualTo("IN_PROGRESS");
        assertThat(claim.isHeld()).isTrue();
    }

    @Test
    void aClaimThatIsTakenOverOutlivesItsExchange() {
        Exchange exchange = fixture.delivery();
        Claim claim = claim(one, exchange);

        UnitOfWorkHelper.doneSynchronizations(
                exchange, exchange.getExchangeExtension().handoverCompletions());

        assertThat(claim.confirm()).isInstanceOf(Settled.Written.class);
        assertThat(fixture.status(KEY)).isEqualTo("COMPLETED");
    }

    @Test
    void aClaimEndsOnce() {
        Claim claim = claim(one);
        assertThat(claim.fail()).isInstanceOf(Settled.Written.class);

        assertThat(claim.confirm()).isInstanceOf(Settled.NotMine.class);
        assertThat(claim.release()).isInstanceOf(Settled.NotMine.class);
        assertThat(fixture.status(KEY)).isEqualTo("FREE");
    }

    @Test
    void failedWorkFreesTheKeyAndCounts() {
        fail(one);

        assertThat(fixture.item(KEY)).containsOnlyKeys("eventHash", "status", "owner", "attempts", "expiration");
        assertThat(fixture.status(KEY)).isEqualTo("FREE");
        assertThat(fixture.item(KEY).get("attempts").n()).isEqualTo("1");
    }

    @Test
    void aFailedKeyIsRememberedAsLongAsItsMessageCanWaitInAQueue() {
        fail(one);

        assertThat(fixture.item(KEY).get("expiration").n())
                .isEqualTo(Long.toString(fixture.epochSecond(Duration.ofDays(14)) + 1));
    }

    @Test
    void failuresAreCountedAcrossProcessesAndRestarts() {
        assertThat(fail(one)).isZero();
        assertThat(fail(other)).isEqualTo(1);
        one.shutdown();
        assertThat(fail(fixture.process())).isEqualTo(2);
        assertThat(failuresSeenBy(other)).isEqualTo(3);
    }

    @Test
    void whoeverTakesAnEndedLeaseOverKeepsTheCount() {
        fail(one);
        failuresSeenBy(one);
        TableFixture.kill(one);
        fixture.clock.move(LEASE.plus(SKEW).plus(TableFixture.WINDOW));

        assertThat(failuresSeenBy(other)).isEqualTo(1);
    }

    @Test
    void aRenewedClaimKeepsTheCount() {
        fail(one);
        failuresSeenBy(one);
        fixture.clock.move(LEASE.dividedBy(2));
        String renewed = Long.toString(fixture.clock.instant().plus(LEASE).toEpochMilli());
        await().until(() -> fixture.item(KEY).get("leaseUntil").n().equals(renewed));
        TableFixture.kill(one);
        fixture.clock.move(LEASE.plus(SKEW).plus(TableFixture.WINDOW));

        assertThat(failuresSeenBy(other)).isEqualTo(1);
    }

    @Test
    void anExpiredCountIsForgotten() {
        fail(one);
        fixture.clock.move(Duration.ofDays(14).plusSeconds(1));

        assertThat(failuresSeenBy(other)).isZero();
    }

    @Test
    void whatIsDoneOrForgottenIsNotCountedAnyMore() {
        fail(one);
        claim(one).release();

        assertThat(failuresSeenBy(one)).isZero();
    }

    @Test
    void aCompletedRowSaysNothingOfItsFailures() {
        fail(one);
        claim(one).confirm();

        assertThat(fixture.item(KEY)).containsOnlyKeys("eventHash", "status", "owner", "processedAt", "expiration");
    }

    @Test
    void aFailureWhoseAnswerIsLostIsCountedOnce() {
        Claim claim = claim(one);
        fixture.network.loseNextAnswer();

        assertThat(claim.fail()).isInstanceOf(Settled.Written.class);

        assertThat(failuresSeenBy(one)).isEqualTo(1);
    }

    @Test
    void aClaimOfAFreeKeyWhoseAnswerIsLostKeepsTheCount() {
        fail(one);
        Exchange exchange = fixture.delivery();
        fixture.network.takeRequests();
        fixture.network.loseNextAnswerForGood();
        assertThatThrownBy(() -> claim(one, exchange)).isInstanceOf(ClaimFailedException.class);

        assertThat(claim(one, exchange).failures()).isEqualTo(1);
    }

    @Test
    void aLateFailureChangesNothing() {
        Claim late = claim(one);
        TableFixture.kill(one);
        fixture.clock.move(LEASE.plus(SKEW));
        other.add(fixture.delivery(), KEY);
        var row = fixture.item(KEY);

        assertThat(late.fail()).isInstanceOf(Settled.NotMine.class);

        assertThat(fixture.item(KEY)).isEqualTo(row);
    }

    @Test
    void aLateConfirmIsRememberedIfTheNextOwnerHasFailed() {
        Exchange late = fixture.delivery();
        one.add(late, KEY);
        TableFixture.kill(one);
        fixture.clock.move(LEASE.plus(SKEW));
        fail(other);

        assertThat(one.confirm(late, KEY)).isTrue();
        assertThat(other.add(fixture.delivery(), KEY)).isFalse();
    }

    @Test
    void aClaimThatIsMergedKeepsTheCount() {
        fail(one);
        MergeGroup mergeGroup = new MergeGroup();
        mergeGroup.begin();
        mergeGroup.begin();
        DynamoDbIdempotentRepository merging = fixture.process(repository -> {
            repository.setMergeGroup(mergeGroup);
            repository.setMergeWait(Duration.ofMinutes(1));
        });
        fixture.network.takeRequests();
        CompletableFuture<Boolean> neighbour =
                CompletableFuture.supplyAsync(() -> merging.add(fixture.delivery(), "another key"));
        neighbour.whenComplete((answer, failure) -> mergeGroup.end());

        assertThat(failuresSeenBy(merging)).isEqualTo(1);
        assertThat(neighbour.join()).isTrue();
        assertThat(fixture.network.takeRequests()).contains("BatchExecuteStatement");
    }

    @Test
    void aFreeKeyIsNotContainedAndCanBeRemoved() {
        fail(one);

        assertThat(one.contains(KEY)).isFalse();
        assertThat(other.contains(KEY)).isFalse();
        assertThat(other.remove(KEY)).isTrue();
        assertThat(failuresSeenBy(one)).isZero();
    }
}
