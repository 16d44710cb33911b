package io.eventdedup.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventdedup.aws.MergeGroup;
import io.eventdedup.claim.Admission;
import io.eventdedup.claim.Claim;
import io.eventdedup.claim.Content;
import io.eventdedup.claim.Original;
import io.eventdedup.claim.Settled;
import io.eventdedup.local.EmbeddedAws;
import io.eventdedup.local.EmbeddedAwsExtension;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** What a work leaves with its key, and who gets it: each copy, whichever way it is recognised. */
@ExtendWith(EmbeddedAwsExtension.class)
class ContentTest {

    private static final String KEY = "c0ffee0123456789";
    private static final Content CONTENT = Content.of(new byte[] {0, 1, -1, 127, -128});

    private final MergeGroup mergeGroup = new MergeGroup();
    private TableFixture fixture;
    private DynamoDbIdempotentRepository one;
    private DynamoDbIdempotentRepository other;
    private DynamoDbIdempotentRepository merging;

    @BeforeEach
    void start(EmbeddedAws aws) {
        fixture = new TableFixture(aws);
        one = fixture.process(repository -> repository.setLocalWait(Duration.ofMinutes(1)));
        other = fixture.process();
        merging = mergingProcess();
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    private Claim claimed(DynamoDbIdempotentRepository process) {
        return ((Admission.Claimed) process.takeOver(fixture.delivery(), KEY, CONTENT)).claim();
    }

    private Original originalSeenBy(DynamoDbIdempotentRepository process) {
        return original(process.takeOver(fixture.delivery(), KEY, Content.of(new byte[] {2})));
    }

    private static Original original(Admission admission) {
        return ((Admission.Duplicate) admission).original();
    }

    private void assertIs(Original original, Instant processedAt) {
        assertThat(original).isEqualTo(new Original(CONTENT, Optional.of(processedAt)));
    }

    @Test
    void aSingleClaimKeepsItAndCopiesHereAndInOtherProcessesGetIt() {
        Claim original = claimed(one);
        assertThat(fixture.item(KEY).get("content").b().asByteArray()).isEqualTo(CONTENT.bytes());
        fixture.clock.move(Duration.ofSeconds(3));
        Instant processedAt = fixture.clock.instant();
        original.confirm();
        fixture.clock.move(Duration.ofSeconds(50));
        fixture.network.takeRequests();

        assertIs(originalSeenBy(one), processedAt);
        assertThat(fixture.network.takeRequests()).isEmpty();
        assertIs(originalSeenBy(other), processedAt);
        assertThat(fixture.network.takeRequests()).containsExactly("PutItem");
        // now from its cache
        assertIs(originalSeenBy(other), processedAt);
        assertThat(fixture.network.takeRequests()).isEmpty();
    }

    @Test
    void aCopyThatWaitsForItsOriginalInTheSameProcessGetsIt() {
        Claim original = claimed(one);
        CompletableFuture<Original> copy = CompletableFuture.supplyAsync(() -> originalSeenBy(one));

        original.confirm();

        assertIs(copy.join(), fixture.clock.instant());
    }

    @Test
    void aCopyOfAKeyWhoseConfirmIsPendingGetsIt() {
        Claim original = claimed(one);
        fixture.network.goDown();
        assertThat(original.confirm()).isInstanceOf(Settled.Unwritten.class);

        assertIs(originalSeenBy(one), fixture.clock.instant());
    }

    @Test
    void aMergedClaimKeepsItAndMergedCopiesGetItWithTheTimeOfTheClaim() {
        Instant claimedAt = fixture.clock.instant();
        List<Claim> originals = addTogether().stream()
                .map(admission -> ((Admission.Claimed) admission).claim())
                .toList();
        assertThat(fixture.item(KEY).get("content").b().asByteArray()).isEqualTo(CONTENT.bytes());
        assertThat(fixture.item("without")).doesNotContainKey("content").containsKey("group");
        fixture.clock.move(Duration.ofSeconds(2));
        together(originals.get(0)::confirm, originals.get(1)::confirm);
        assertThat(fixture.status(KEY)).isEqualTo("IN_PROGRESS");
        fixture.clock.move(Duration.ofSeconds(60));

        merging = mergingProcess();
        fixture.network.takeRequests();
        List<Admission> copies = addTogether();

        assertThat(fixture.network.takeRequests())
                .containsExactly("BatchExecuteStatement", "BatchGetItem", "BatchGetItem");
        assertIs(original(copies.get(0)), claimedAt);
        assertThat(original(copies.get(1)).content().isEmpty()).isTrue();
    }

    private DynamoDbIdempotentRepository mergingProcess() {
        return fixture.process(repository -> {
            repository.setMergeGroup(mergeGroup);
            repository.setMergeWait(Duration.ofMinutes(1));
        });
    }

    private List<Admission> addTogether() {
        return together(
                () -> merging.takeOver(fixture.delivery(), KEY, CONTENT),
                () -> merging.takeOver(fixture.delivery(), "without", Content.NONE));
    }

    private <T> List<T> together(Supplier<T> one, Supplier<T> another) {
        mergeGroup.begin();
        mergeGroup.begin();
        return List.of(one, another).stream()
                .map(call -> CompletableFuture.supplyAsync(call).whenComplete((done, failure) -> mergeGroup.end()))
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .toList();
    }

    @Test
    void aRowOfAnotherProgramHasNone() {
        fixture.put(
                KEY,
                Map.of("expiration", AttributeValue.fromN(Long.toString(fixture.epochSecond(Duration.ofMinutes(1))))));

        Original original = originalSeenBy(one);

        assertThat(original.content().isEmpty()).isTrue();
        assertThat(original.processedAt()).isEqualTo(Optional.empty());
    }

    @Test
    void whoClaimsAFailedKeyLeavesItsOwn() {
        fixture.put(
                KEY,
                Map.of(
                        "status", AttributeValue.fromS("FREE"),
                        "content", AttributeValue.fromB(SdkBytes.fromByteArray(new byte[] {9})),
                        "expiration", AttributeValue.fromN(Long.toString(fixture.epochSecond(Duration.ofMinutes(1))))));

        claimed(one).confirm();

        assertIs(originalSeenBy(other), fixture.clock.instant());
    }
}
