package io.eventdedup.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventdedup.aws.MergeGroup;
import io.eventdedup.local.EmbeddedAws;
import io.eventdedup.local.EmbeddedAwsExtension;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.Exchange;
import org.apache.camel.SafeCopyProperty;
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
    private static final byte[] CONTENT = {0, 1, -1, 127, -128};

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

    /** Leaves a content, and remembers of what it is a copy. */
    private static class Event implements Work {
        private final byte[] content;
        final List<Original> originals = new CopyOnWriteArrayList<>();

        Event(byte... content) {
            this.content = content;
        }

        @Override
        public byte[] content() {
            return content;
        }

        @Override
        public void duplicateOf(Original original) {
            originals.add(original);
        }

        @Override
        public void claimed(int failures) {}

        @Override
        public Verdict verdict(Exchange done) {
            return Verdict.DONE;
        }

        @Override
        public SafeCopyProperty safeCopy() {
            return this;
        }
    }

    private Exchange claimed(DynamoDbIdempotentRepository process) {
        Exchange exchange = fixture.delivery(new Event(CONTENT));
        assertThat(process.add(exchange, KEY)).isTrue();
        return exchange;
    }

    private Work.Original originalSeenBy(DynamoDbIdempotentRepository process) {
        Event copy = new Event((byte) 2);
        assertThat(process.add(fixture.delivery(copy), KEY)).isFalse();
        assertThat(copy.originals).hasSize(1);
        return copy.originals.get(0);
    }

    private void assertIs(Work.Original original, Instant processedAt) {
        assertThat(original.content()).isEqualTo(CONTENT);
        assertThat(original.processedAt()).contains(processedAt);
    }

    @Test
    void aSingleClaimKeepsItAndCopiesHereAndInOtherProcessesGetIt() {
        Exchange original = claimed(one);
        assertThat(fixture.item(KEY).get("content").b().asByteArray()).isEqualTo(CONTENT);
        fixture.clock.move(Duration.ofSeconds(3));
        Instant processedAt = fixture.clock.instant();
        one.confirm(original, KEY);
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
        Exchange original = claimed(one);
        CompletableFuture<Work.Original> copy = CompletableFuture.supplyAsync(() -> originalSeenBy(one));

        one.confirm(original, KEY);

        assertIs(copy.join(), fixture.clock.instant());
    }

    @Test
    void aCopyOfAKeyWhoseConfirmIsPendingGetsIt() {
        Exchange original = claimed(one);
        fixture.network.goDown();
        assertThat(one.confirm(original, KEY)).isFalse();

        assertIs(originalSeenBy(one), fixture.clock.instant());
    }

    @Test
    void aMergedClaimKeepsItAndMergedCopiesGetItWithTheTimeOfTheClaim() {
        Instant claimedAt = fixture.clock.instant();
        List<Exchange> originals = List.of(fixture.delivery(new Event(CONTENT)), fixture.delivery(new Event()));
        addTogether(originals);
        assertThat(fixture.item(KEY).get("content").b().asByteArray()).isEqualTo(CONTENT);
        assertThat(fixture.item("without")).doesNotContainKey("content").containsKey("group");
        fixture.clock.move(Duration.ofSeconds(2));
        confirmTogether(originals);
        assertThat(fixture.status(KEY)).isEqualTo("IN_PROGRESS");
        fixture.clock.move(Duration.ofSeconds(60));

        Event copy = new Event();
        Event copyWithout = new Event();
        merging = mergingProcess();
        fixture.network.takeRequests();
        addTogether(List.of(fixture.delivery(copy), fixture.delivery(copyWithout)));

        assertThat(fixture.network.takeRequests())
                .containsExactly("BatchExecuteStatement", "BatchGetItem", "BatchGetItem");
        assertIs(copy.originals.get(0), claimedAt);
        assertThat(copyWithout.originals.get(0).content()).isEmpty();
    }

    private DynamoDbIdempotentRepository mergingProcess() {
        return fixture.process(repository -> {
            repository.setMergeGroup(mergeGroup);
            repository.setMergeWait(Duration.ofMinutes(1));
        });
    }

    private void addTogether(List<Exchange> exchanges) {
        together(() -> merging.add(exchanges.get(0), KEY), () -> merging.add(exchanges.get(1), "without"));
    }

    private void confirmTogether(List<Exchange> exchanges) {
        together(() -> merging.confirm(exchanges.get(0), KEY), () -> merging.confirm(exchanges.get(1), "without"));
    }

    private void together(Runnable... calls) {
        for (int i = 0; i < calls.length; i++) {
            mergeGroup.begin();
        }
        CompletableFuture.allOf(List.of(calls).stream()
                        .map(call -> CompletableFuture.runAsync(call).whenComplete((done, failure) -> mergeGroup.end()))
                        .toArray(CompletableFuture[]::new))
                .join();
    }

    @Test
    void aRowOfAnotherProgramHasNone() {
        fixture.put(
                KEY,
                Map.of("expiration", AttributeValue.fromN(Long.toString(fixture.epochSecond(Duration.ofMinutes(1))))));

        Work.Original original = originalSeenBy(one);

        assertThat(original.content()).isEmpty();
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

        one.confirm(claimed(one), KEY);

        assertIs(originalSeenBy(other), fixture.clock.instant());
    }

    @Test
    void whatAWorkThrowsGoesToItsCallerAndHoldsUpNobody() {
        one.confirm(claimed(one), KEY);
        Exchange copy = fixture.delivery(new Event() {
            @Override
            public void duplicateOf(Original original) {
                throw new IllegalStateException("no comparison");
            }
        });

        assertThatThrownBy(() -> other.add(copy, KEY)).hasMessage("no comparison");
        assertIs(originalSeenBy(other), fixture.clock.instant());
    }
}
