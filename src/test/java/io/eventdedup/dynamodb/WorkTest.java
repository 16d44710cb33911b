package io.eventdedup.dynamodb;

import static io.eventdedup.dynamodb.TableFixture.LEASE;
import static io.eventdedup.dynamodb.TableFixture.SKEW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.eventdedup.aws.MergeGroup;
import io.eventdedup.dynamodb.Work.Verdict;
import io.eventdedup.local.EmbeddedAws;
import io.eventdedup.local.EmbeddedAwsExtension;
import io.eventdedup.local.LogLines;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.apache.camel.Exchange;
import org.apache.camel.SafeCopyProperty;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A route that says itself how the work on a key ended, and is told how often it has failed before. */
@ExtendWith(EmbeddedAwsExtension.class)
class WorkTest {

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

    /** Ends as it is told to, and remembers what it was told and asked. */
    private static final class Recorder implements Work {
        private final Supplier<Verdict> end;
        final List<Integer> failures = new CopyOnWriteArrayList<>();
        final List<Exchange> ends = new CopyOnWriteArrayList<>();

        Recorder(Supplier<Verdict> end) {
            this.end = end;
        }

        @Override
        public void claimed(int before) {
            failures.add(before);
        }

        @Override
        public Verdict verdict(Exchange done) {
            ends.add(done);
            return end.get();
        }

        @Override
        public SafeCopyProperty safeCopy() {
            return this;
        }
    }

    /** A delivery whose work fails; how often it had failed before. */
    private int fail(DynamoDbIdempotentRepository process) {
        Recorder work = new Recorder(() -> Verdict.FAILED);
        Exchange exchange = fixture.delivery(work);
        assertThat(process.add(exchange, KEY)).isTrue();
        assertThat(process.remove(exchange, KEY)).isTrue();
        return work.failures.get(0);
    }

    private int failuresSeenBy(DynamoDbIdempotentRepository process) {
        Recorder work = new Recorder(() -> Verdict.DONE);
        assertThat(process.add(fixture.delivery(work), KEY)).isTrue();
        return work.failures.get(0);
    }

    @Test
    void workThatIsDoneIsConfirmedThoughCamelRemoves() {
        Exchange exchange = fixture.delivery(new Recorder(() -> Verdict.DONE));
        one.add(exchange, KEY);

        assertThat(one.remove(exchange, KEY)).isTrue();

        assertThat(fixture.status(KEY)).isEqualTo("COMPLETED");
        assertThat(one.add(fixture.delivery(), KEY)).isFalse();
    }

    @Test
    void workThatIsToBeForgottenIsForgottenThoughCamelConfirms() {
        Exchange exchange = fixture.delivery(new Recorder(() -> Verdict.FORGET));
        one.add(exchange, KEY);

        assertThat(one.confirm(exchange, KEY)).isTrue();

        assertThat(fixture.item(KEY)).isEmpty();
    }

    @Test
    void workThatFailedFreesTheKeyAndCountsThoughCamelConfirms() {
        Exchange exchange = fixture.delivery(new Recorder(() -> Verdict.FAILED));
        one.add(exchange, KEY);

        assertThat(one.confirm(exchange, KEY)).isTrue();

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
        Exchange forgotten = fixture.delivery(new Recorder(() -> Verdict.FORGET));
        one.add(forgotten, KEY);
        one.remove(forgotten, KEY);

        assertThat(failuresSeenBy(one)).isZero();
    }

    @Test
    void aCompletedRowSaysNothingOfItsFailures() {
        fail(one);
        Exchange done = fixture.delivery(new Recorder(() -> Verdict.DONE));
        one.add(done, KEY);
        one.confirm(done, KEY);

        assertThat(fixture.item(KEY)).containsOnlyKeys("eventHash", "status", "owner", "processedAt", "expiration");
    }

    @Test
    void aFailureWhoseAnswerIsLostIsCountedOnce() {
        Exchange exchange = fixture.delivery(new Recorder(() -> Verdict.FAILED));
        one.add(exchange, KEY);
        fixture.network.loseNextAnswer();

        assertThat(one.remove(exchange, KEY)).isTrue();

        assertThat(failuresSeenBy(one)).isEqualTo(1);
    }

    @Test
    void aClaimOfAFreeKeyWhoseAnswerIsLostKeepsTheCount() {
        fail(one);
        Recorder work = new Recorder(() -> Verdict.DONE);
        Exchange exchange = fixture.delivery(work);
        fixture.network.takeRequests();
        fixture.network.loseNextAnswerForGood();
        assertThatThrownBy(() -> one.add(exchange, KEY)).isInstanceOf(ClaimFailedException.class);

        assertThat(one.add(exchange, KEY)).isTrue();
        assertThat(work.failures).containsExactly(1);
    }

    @Test
    void aLateFailureChangesNothing() {
        Exchange late = fixture.delivery(new Recorder(() -> Verdict.FAILED));
        one.add(late, KEY);
        TableFixture.kill(one);
        fixture.clock.move(LEASE.plus(SKEW));
        other.add(fixture.delivery(), KEY);
        var row = fixture.item(KEY);

        assertThat(one.remove(late, KEY)).isFalse();

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

    @Test
    void anExplicitConfirmAndCamelsOwnAskForOneVerdict() {
        Recorder work = new Recorder(() -> Verdict.DONE);
        Exchange exchange = fixture.delivery(work);
        one.add(exchange, KEY);

        one.confirm(exchange, KEY);
        one.confirm(exchange, KEY);
        one.remove(exchange, KEY);

        assertThat(work.ends).containsExactly(exchange);
    }

    @Test
    void aVerdictThatFailsForgetsTheKeyWithAWarning() {
        Exchange exchange = fixture.delivery(new Recorder(() -> {
            throw new StackOverflowError("content of the event");
        }));
        one.add(exchange, KEY);
        try (LogLines log = new LogLines(Claim.class, Level.WARN)) {
            assertThat(one.confirm(exchange, KEY)).isTrue();

            assertThat(log.messages()).singleElement().satisfies(line -> assertThat(line)
                    .contains("b01dface", "StackOverflowError")
                    .doesNotContain(KEY, "content"));
        }
        assertThat(fixture.item(KEY)).isEmpty();
    }

    @Test
    void workThatCannotBeToldOfItsClaimDoesNotKeepTheKey() {
        Exchange exchange = fixture.delivery();
        exchange.getExchangeExtension().setSafeCopyProperty(Work.PROPERTY, new Work() {
            @Override
            public void claimed(int failures) {
                throw new IllegalStateException("too often");
            }

            @Override
            public Verdict verdict(Exchange done) {
                return Verdict.DONE;
            }

            @Override
            public SafeCopyProperty safeCopy() {
                return this;
            }
        });

        assertThatThrownBy(() -> one.add(exchange, KEY)).isInstanceOf(IllegalStateException.class);

        assertThat(fixture.item(KEY)).isEmpty();
    }

    @Test
    void theWorkIsAskedThoughAnotherThreadEndsItAndEveryPropertyIsRemoved() throws Exception {
        Recorder work = new Recorder(() -> Verdict.FAILED);
        List<String> ended = new ArrayList<>();
        fixture.context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in")
                        .idempotentConsumer(constant(KEY), one)
                        .removeProperties("*")
                        .to("seda:next?waitForTaskToComplete=Never");
                from("seda:next").removeProperties("*").process(exchange -> ended.add(exchange.getExchangeId()));
            }
        });
        fixture.context.start();
        Exchange exchange = fixture.delivery(work);

        fixture.context.createProducerTemplate().send("direct:in", exchange);

        await().until(() -> "FREE".equals(fixture.status(KEY)));
        assertThat(work.ends)
                .singleElement()
                .satisfies(done -> assertThat(done.getExchangeId()).isIn(ended).isNotEqualTo(exchange.getExchangeId()));
        assertThat(failuresSeenBy(other)).isEqualTo(1);
    }
}
