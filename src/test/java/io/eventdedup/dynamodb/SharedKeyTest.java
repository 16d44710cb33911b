package io.eventdedup.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.eventdedup.claim.KeyInProgressException;
import io.eventdedup.local.EmbeddedAws;
import io.eventdedup.local.EmbeddedAwsExtension;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** One key and many who ask for it: at the same time, in one process, and once it is finished. */
@ExtendWith(EmbeddedAwsExtension.class)
class SharedKeyTest {

    private static final String KEY = "cafe0123456789";
    private static final Duration LONG = Duration.ofMinutes(1);

    private TableFixture fixture;
    private Exchange original;
    private Exchange copy;

    @BeforeEach
    void start(EmbeddedAws aws) {
        fixture = new TableFixture(aws);
        original = fixture.delivery();
        copy = fixture.delivery();
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void ofSixtyFourThreadsInEightProcessesOneWinsEveryTime() throws Exception {
        List<DynamoDbIdempotentRepository> processes = new ArrayList<>();
        for (int process = 0; process < 8; process++) {
            processes.add(fixture.process());
        }
        ExecutorService threads = Executors.newFixedThreadPool(64);
        try {
            for (int round = 0; round < 200; round++) {
                String key = "round-" + round;
                List<Callable<Boolean>> calls = new ArrayList<>();
                for (int thread = 0; thread < 64; thread++) {
                    DynamoDbIdempotentRepository process = processes.get(thread % processes.size());
                    calls.add(() -> wins(process, key));
                }
                int winners = 0;
                for (Future<Boolean> call : threads.invokeAll(calls)) {
                    winners += call.get() ? 1 : 0;
                }
                assertThat(winners).as(key).isEqualTo(1);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    /** A delivery that does not win is told that the key is in progress; false would be a lie. */
    private boolean wins(DynamoDbIdempotentRepository process, String key) {
        try {
            assertThat(process.add(fixture.delivery(), key)).isTrue();
            return true;
        } catch (KeyInProgressException e) {
            return false;
        }
    }

    @Test
    void aCopyWaitsForItsOriginalInTheSameProcessAndNeedsNoRequest() {
        DynamoDbIdempotentRepository process = fixture.process(repository -> repository.setLocalWait(LONG));
        process.add(original, KEY);
        CompletableFuture<Boolean> answer = CompletableFuture.supplyAsync(() -> process.add(copy, KEY));
        fixture.network.takeRequests();

        process.confirm(original, KEY);

        assertThat(answer.join()).isFalse();
        assertThat(fixture.network.takeRequests()).containsExactly("UpdateItem");
    }

    @Test
    void aCopyThatWaitsClaimsWhenItsOriginalIsReleased() {
        DynamoDbIdempotentRepository process = fixture.process(repository -> repository.setLocalWait(LONG));
        process.add(original, KEY);
        CompletableFuture<Boolean> answer = CompletableFuture.supplyAsync(() -> process.add(copy, KEY));

        process.remove(original, KEY);

        assertThat(answer.join()).isTrue();
        assertThat(process.confirm(copy, KEY)).isTrue();
    }

    @Test
    void aCopyThatHasWaitedLongEnoughIsToldWhenToComeBack() {
        DynamoDbIdempotentRepository process = fixture.process();
        process.add(original, KEY);

        assertThatThrownBy(() -> process.add(copy, KEY))
                .isInstanceOfSatisfying(KeyInProgressException.class, thrown -> assertThat(thrown.retryAfter())
                        .isEqualTo(TableFixture.LEASE.plus(TableFixture.SKEW)));
    }

    @Test
    void copiesOfAFinishedKeyCostNoRequest() {
        DynamoDbIdempotentRepository process = fixture.process();
        process.add(original, KEY);
        process.confirm(original, KEY);
        fixture.network.takeRequests();

        assertThat(process.add(copy, KEY)).isFalse();
        assertThat(process.contains(KEY)).isTrue();

        assertThat(fixture.network.takeRequests()).isEmpty();
    }

    @Test
    void aDuplicateFoundInTheTableIsRemembered() {
        fixture.process().add(original, KEY);
        DynamoDbIdempotentRepository first = fixture.process();
        fixture.clock.move(Duration.ofDays(1));
        first.add(original, KEY);
        first.confirm(original, KEY);
        DynamoDbIdempotentRepository process = fixture.process();
        assertThat(process.add(copy, KEY)).isFalse();
        fixture.network.takeRequests();

        assertThat(process.add(fixture.delivery(), KEY)).isFalse();

        assertThat(fixture.network.takeRequests()).doesNotContain("PutItem");
    }

    @Test
    void theCacheForgetsWithTheWindow() {
        DynamoDbIdempotentRepository process = fixture.process();
        process.add(original, KEY);
        process.confirm(original, KEY);

        fixture.clock.move(TableFixture.WINDOW.plusSeconds(1));

        assertThat(process.add(copy, KEY)).isTrue();
    }

    @Test
    void withoutACacheTheTableIsAsked() {
        DynamoDbIdempotentRepository process = fixture.process(repository -> repository.setCacheSize(0));
        process.add(original, KEY);
        process.confirm(original, KEY);
        fixture.network.takeRequests();

        assertThat(process.add(copy, KEY)).isFalse();

        assertThat(fixture.network.takeRequests()).containsExactly("PutItem");
    }

    @Test
    void theSameExchangeMayAskAgain() {
        DynamoDbIdempotentRepository process = fixture.process();
        process.add(original, KEY);

        assertThat(process.add(original, KEY)).isTrue();
    }

    @Test
    void anExchangeMadeFromTheOwnerFindsTheKeyTakenAndCannotSettleIt() {
        DynamoDbIdempotentRepository process = fixture.process();
        process.add(original, KEY);
        original.getExchangeExtension().copySafeCopyPropertiesTo(copy.getExchangeExtension());

        assertThat(process.add(copy, KEY)).isFalse();
        assertThat(process.confirm(copy, KEY)).isFalse();
        assertThat(process.remove(copy, KEY)).isFalse();

        assertThat(fixture.status(KEY)).isEqualTo("IN_PROGRESS");
        assertThat(process.confirm(original, KEY)).isTrue();
    }

    @Test
    void anotherExchangeThatCarriesTheClaimOnMayConfirmIt() {
        DynamoDbIdempotentRepository process = fixture.process();
        process.add(original, KEY);
        original.getExchangeExtension().copySafeCopyPropertiesTo(copy.getExchangeExtension());

        assertThat(process.confirm(copy, KEY)).isTrue();
    }

    @Test
    void anExchangeThatLostItsPropertiesMayStillConfirm() {
        DynamoDbIdempotentRepository process = fixture.process();
        process.add(original, KEY);
        original.removeProperties("*");

        assertThat(process.confirm(original, KEY)).isTrue();
    }

    @Test
    void callersWithoutAnExchangeClaimAndConfirm() {
        DynamoDbIdempotentRepository process = fixture.process();
        DynamoDbIdempotentRepository other = fixture.process();

        assertThat(process.add(KEY)).isTrue();
        assertThatThrownBy(() -> other.add(KEY)).isInstanceOf(KeyInProgressException.class);
        assertThat(other.confirm(KEY)).isFalse();
        assertThat(process.confirm(KEY)).isTrue();
        assertThat(other.add(KEY)).isFalse();
    }

    @Test
    void removeWithoutAnExchangeLeavesTheClaimsOfExchangesAlone() {
        DynamoDbIdempotentRepository process = fixture.process();
        process.add(original, KEY);

        assertThat(process.remove(KEY)).isFalse();

        assertThat(fixture.status(KEY)).isEqualTo("IN_PROGRESS");
    }

    @Test
    void removeMakesAFinishedKeyNew() {
        DynamoDbIdempotentRepository process = fixture.process();
        process.add(original, KEY);
        process.confirm(original, KEY);

        assertThat(process.remove(KEY)).isTrue();

        assertThat(process.contains(KEY)).isFalse();
        assertThat(process.add(copy, KEY)).isTrue();
    }

    @Test
    void containsKnowsKeysInProgressAndDoneButNotExpiredOnes() {
        DynamoDbIdempotentRepository process = fixture.process();
        DynamoDbIdempotentRepository other = fixture.process();
        assertThat(other.contains(KEY)).isFalse();
        process.add(original, KEY);
        assertThat(other.contains(KEY)).isTrue();
        process.confirm(original, KEY);
        assertThat(other.contains(KEY)).isTrue();
        fixture.clock.move(TableFixture.WINDOW.plusSeconds(1));
        assertThat(other.contains(KEY)).isFalse();
    }

    @Test
    void clearRefusesUnlessItIsAllowed() {
        assertThatThrownBy(() -> fixture.process().clear())
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("allowClear");
    }

    @Test
    void clearForgetsTheKeysOfItsPrefixOnly() {
        DynamoDbIdempotentRepository process = fixture.process(repository -> {
            repository.setKeyPrefix("a/");
            repository.setAllowClear(true);
        });
        DynamoDbIdempotentRepository neighbour = fixture.process(repository -> repository.setKeyPrefix("b/"));
        process.add(original, KEY);
        process.confirm(original, KEY);
        neighbour.add(original, KEY);

        process.clear();

        assertThat(process.add(copy, KEY)).isTrue();
        assertThat(fixture.status("b/" + KEY)).isEqualTo("IN_PROGRESS");
    }

    @Test
    void prefixesKeepRepositoriesInOneTableApart() {
        DynamoDbIdempotentRepository process = fixture.process(repository -> repository.setKeyPrefix("a/"));
        DynamoDbIdempotentRepository neighbour = fixture.process(repository -> repository.setKeyPrefix("b/"));

        assertThat(process.add(original, KEY)).isTrue();
        assertThat(neighbour.add(original, KEY)).isTrue();
        assertThat(process.confirm(original, KEY)).isTrue();

        assertThat(fixture.status("b/" + KEY)).isEqualTo("IN_PROGRESS");
    }

    @Test
    void nothingIsKeptOfKeysThatAreSettled() {
        DynamoDbIdempotentRepository process = fixture.process();
        process.add(original, KEY);
        assertThat(process.getKeysInProgress()).isEqualTo(1);
        process.confirm(original, KEY);

        await().until(() -> process.getKeysInProgress() == 0);
    }
}
