package io.eventdedup.dynamodb;

import static io.eventdedup.dynamodb.TableFixture.LEASE;
import static io.eventdedup.dynamodb.TableFixture.SKEW;
import static io.eventdedup.dynamodb.TableFixture.WINDOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.eventdedup.aws.MergeGroup;
import io.eventdedup.claim.ClaimFailedException;
import io.eventdedup.claim.KeyInProgressException;
import io.eventdedup.claim.KeyState;
import io.eventdedup.local.EmbeddedAws;
import io.eventdedup.local.EmbeddedAwsExtension;
import io.eventdedup.local.LogLines;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;

/** Claims that are made in one request and confirmed by one write, beside those that are not. */
@ExtendWith(EmbeddedAwsExtension.class)
class GroupConfirmTest {

    private static final List<String> KEYS = List.of("a", "b", "c", "d");

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, Exchange> deliveries = new ConcurrentHashMap<>();
    private TableFixture fixture;
    private MergeGroup mergeGroup;
    private DynamoDbIdempotentRepository merging;
    private DynamoDbIdempotentRepository other;

    @BeforeEach
    void start(EmbeddedAws aws) {
        fixture = new TableFixture(aws);
        mergeGroup = new MergeGroup();
        merging = mergingProcess(mergeGroup);
        other = fixture.process();
    }

    @AfterEach
    void stop() {
        threads.shutdownNow();
        fixture.close();
    }

    /** Makes the calls at the same time, and lets them leave when all of them wait. */
    private <T> List<T> together(List<String> keys, Function<String, T> call) {
        return together(mergeGroup, keys, call);
    }

    private <T> List<T> together(MergeGroup group, List<String> keys, Function<String, T> call) {
        keys.forEach(key -> group.begin());
        List<CompletableFuture<T>> answers = new ArrayList<>();
        for (String key : keys) {
            answers.add(CompletableFuture.supplyAsync(
                    () -> {
                        try {
                            return call.apply(key);
                        } finally {
                            group.end();
                        }
                    },
                    threads));
        }
        return answers.stream().map(CompletableFuture::join).toList();
    }

    /** A process that merges the calls of this group; they leave when all wait, however long that takes. */
    private DynamoDbIdempotentRepository mergingProcess(MergeGroup group) {
        return fixture.process(repository -> {
            repository.setMergeGroup(group);
            repository.setMergeWait(Duration.ofMinutes(1));
        });
    }

    private void claim(List<String> keys) {
        keys.forEach(key -> deliveries.put(key, fixture.delivery()));
        assertThat(together(keys, key -> merging.add(deliveries.get(key), key))).containsOnly(true);
    }

    private List<Boolean> confirm(String... keys) {
        return together(List.of(keys), key -> merging.confirm(deliveries.get(key), key));
    }

    private String groupOf(String key) {
        return fixture.item(key).get("group").s();
    }

    private List<String> done(String group) {
        AttributeValue done = fixture.item("group/" + group).get("done");
        return done == null ? List.of() : done.ss();
    }

    private String owner(String key) {
        return fixture.item(key).get("owner").s();
    }

    private boolean isNewForOthers(String key) {
        return fixture.process().add(fixture.delivery(), key);
    }

    @Test
    void claimsOfOneRequestAreAGroupAndOneWriteConfirmsThem() {
        fixture.network.takeRequests();
        claim(KEYS);
        assertThat(confirm("a", "b", "c", "d")).containsOnly(true);

        assertThat(fixture.network.takeRequests()).containsExactly("BatchExecuteStatement", "UpdateItem");
        String group = groupOf("a");
        assertThat(KEYS).allSatisfy(key -> assertThat(groupOf(key)).isEqualTo(group));
        assertThat(done(group)).containsExactlyInAnyOrder(owner("a"), owner("b"), owner("c"), owner("d"));
        assertThat(KEYS).noneMatch(this::isNewForOthers);
        assertThat(KEYS).noneMatch(key -> merging.add(fixture.delivery(), key));
    }

    @Test
    void aRowAndTheItemOfAFullGroupEachFitIntoOneWriteUnit() {
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            keys.add("%064x".formatted(i));
        }
        claim(keys);
        String group = groupOf(keys.get(0));
        confirm(keys.toArray(String[]::new));

        assertThat(done(group)).hasSize(25);
        assertThat(size(fixture.item("group/" + group))).isLessThan(600);
        assertThat(size(fixture.item(keys.get(0)))).isLessThan(200);
    }

    /** As DynamoDB counts (AWS documentation, item sizes): names and strings in UTF-8, numbers two digits a byte and one more. */
    private static int size(Map<String, AttributeValue> item) {
        return item.entrySet().stream()
                .mapToInt(entry -> entry.getKey().length()
                        + switch (entry.getValue().type()) {
                            case S -> entry.getValue().s().length();
                            case N -> (entry.getValue().n().length() + 1) / 2 + 1;
                            default ->
                                entry.getValue().ss().stream()
                                        .mapToInt(String::length)
                                        .sum();
                        })
                .sum();
    }

    @Test
    void theGroupsItemOutlivesItsRows() {
        original("a").setProperty(DynamoDbIdempotentRepository.WINDOW_PROPERTY, Duration.ofDays(14));
        original("b");
        together(List.of("a", "b"), key -> merging.add(deliveries.get(key), key));
        String group = groupOf("a");
        confirm("a", "b");

        assertThat(Long.parseLong(
                        fixture.item("group/" + group).get("expiration").n()))
                .isGreaterThan(
                        Long.parseLong(fixture.item("a").get("expiration").n()))
                .isGreaterThan(
                        Long.parseLong(fixture.item("b").get("expiration").n()));
    }

    private Exchange original(String key) {
        return deliveries.computeIfAbsent(key, made -> fixture.delivery());
    }

    @Test
    void aGroupedKeyIsRememberedForTheWholeWindowAfterItsConfirm() {
        claim(List.of("a", "b"));
        fixture.clock.move(LEASE.dividedBy(3));
        confirm("a", "b");
        fixture.clock.move(WINDOW.minusSeconds(1));
        assertThat(isNewForOthers("a")).isFalse();

        fixture.clock.move(LEASE.plus(SKEW).plusSeconds(2));
        assertThat(isNewForOthers("a")).isTrue();
    }

    @Test
    void aStragglerIsConfirmedLaterByItselfAndHoldsUpNobody() {
        claim(KEYS);
        assertThat(confirm("a", "b", "c")).containsOnly(true);
        assertThat(isNewForOthers("a")).isFalse();
        assertThatThrownBy(() -> isNewForOthers("d")).isInstanceOf(KeyInProgressException.class);

        assertThat(confirm("d")).containsOnly(true);

        assertThat(fixture.status("d")).isEqualTo("COMPLETED");
        assertThat(fixture.item("d")).doesNotContainKey("group");
    }

    @Test
    void twoWritesOfOneGroupAddUpWhicheverComesFirst() {
        claim(KEYS);
        String group = groupOf("a");
        confirm("a", "b");
        // an item that another request has made, though this process does not know of it
        confirm("c", "d");

        assertThat(done(group)).hasSize(4);
        assertThat(KEYS).noneMatch(this::isNewForOthers);
    }

    @Test
    void severalGroupsAreConfirmedInOneRequestWhetherTheirItemsAreThereOrNot() {
        claim(List.of("a", "b", "c", "d"));
        claim(List.of("e", "f"));
        String first = groupOf("a");
        String second = groupOf("e");
        confirm("a", "b");
        fixture.network.takeRequests();

        assertThat(confirm("c", "d", "e", "f")).containsOnly(true);

        assertThat(fixture.network.takeRequests()).containsExactly("BatchExecuteStatement");
        assertThat(done(first)).hasSize(4);
        assertThat(done(second)).hasSize(2);
    }

    @Test
    void aGroupWhoseStatementIsRefusedInABatchIsWrittenByItself() {
        claim(List.of("a", "b"));
        claim(List.of("c", "d"));
        String group = groupOf("a");
        // so the INSERT is refused: another flush of this group came first
        fixture.put("group/" + group, Map.of("done", AttributeValue.fromSs(List.of("somebody"))));
        fixture.network.takeRequests();

        assertThat(confirm("a", "b", "c", "d")).containsOnly(true);

        assertThat(fixture.network.takeRequests()).containsExactly("BatchExecuteStatement", "UpdateItem");
        assertThat(done(group)).contains(owner("a"), owner("b"), "somebody");
        assertThat(List.of("a", "b", "c", "d")).noneMatch(this::isNewForOthers);
    }

    @Test
    void aGroupsItemThatIsGoneIsMadeAgain() {
        claim(List.of("a", "b", "c", "d"));
        claim(List.of("e", "f"));
        String group = groupOf("a");
        confirm("a", "b");
        fixture.client.deleteItem(delete ->
                delete.tableName(fixture.table).key(Map.of("eventHash", AttributeValue.fromS("group/" + group))));

        assertThat(confirm("c", "d", "e", "f")).containsOnly(true);

        assertThat(isNewForOthers("c")).isFalse();
        assertThatThrownBy(() -> isNewForOthers("a")).isInstanceOf(KeyInProgressException.class);
    }

    @Test
    void aGroupsWriteThatFailsIsKeptAndTriedAgain() {
        claim(KEYS);
        fixture.network.goDown();
        assertThat(confirm("a", "b", "c", "d")).containsOnly(false);
        assertThat(merging.getPendingConfirms()).isEqualTo(4);

        fixture.network.restore();
        fixture.clock.move(Duration.ofSeconds(1));

        await().until(() -> merging.getPendingConfirms() == 0);
        assertThat(KEYS).noneMatch(this::isNewForOthers);
    }

    @Test
    void aGroupsWriteWhoseAnswerIsLostIsConfirmedAll() {
        claim(List.of("a", "b"));
        fixture.network.loseNextAnswerForGood();
        assertThat(confirm("a", "b")).containsOnly(false);
        assertThat(isNewForOthers("a")).isFalse();

        merging.probe();

        assertThat(merging.getPendingConfirms()).isZero();
        assertThat(List.of("a", "b")).noneMatch(this::isNewForOthers);
    }

    @Test
    void pendingConfirmsOfAGroupAreWrittenAtTheEnd() {
        claim(KEYS);
        fixture.network.goDown();
        confirm("a", "b", "c", "d");
        fixture.network.restore();

        merging.stop();

        assertThat(KEYS).noneMatch(this::isNewForOthers);
    }

    @Test
    void aRenewedClaimLeavesItsGroupAndConfirmsItsRow() {
        claim(List.of("a", "b"));
        fixture.clock.move(LEASE.dividedBy(2));
        await().until(() ->
                !fixture.item("a").containsKey("group") && !fixture.item("b").containsKey("group"));

        assertThat(confirm("a", "b")).containsOnly(true);

        assertThat(fixture.status("a")).isEqualTo("COMPLETED");
        assertThat(fixture.status("b")).isEqualTo("COMPLETED");
    }

    @Test
    void aClaimThatIsLateConfirmsItsRowAndFindsItsLeaseLost() {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        fixture.context.getRegistry().bind("meters", MeterRegistry.class, meters);
        merging = fixture.process(repository -> {
            repository.setMergeGroup(mergeGroup);
            repository.setMergeWait(Duration.ofMinutes(1));
            repository.setCamelContext(fixture.context);
        });
        claim(List.of("a", "b"));
        TableFixture.kill(merging);
        fixture.clock.move(LEASE.plus(SKEW));
        assertThat(other.add(fixture.delivery(), "a")).isTrue();

        assertThat(confirm("a", "b")).containsExactly(false, true);

        assertThat(fixture.status("b")).isEqualTo("COMPLETED");
        assertThat(meters.get("dedup.lease.lost").counter().count()).isEqualTo(1);
    }

    @Test
    void ofADeadProcessesGroupOnlyWhatIsNotConfirmedIsTakenOver() {
        claim(KEYS);
        confirm("a", "b");
        TableFixture.kill(merging);
        fixture.clock.move(LEASE.plus(SKEW));

        assertThat(isNewForOthers("a")).isFalse();
        assertThat(isNewForOthers("b")).isFalse();
        assertThat(isNewForOthers("c")).isTrue();
        assertThat(isNewForOthers("d")).isTrue();
    }

    @Test
    void aReleasedClaimOfAGroupIsFree() {
        claim(KEYS);
        merging.remove(deliveries.get("a"), "a");
        confirm("b", "c");

        assertThat(fixture.item("a")).isEmpty();
        assertThat(isNewForOthers("a")).isTrue();
        assertThat(isNewForOthers("b")).isFalse();
    }

    @Test
    void anotherProcessThatMergesTellsApartWhatIsDoneAndWhatIsNot() {
        claim(KEYS);
        confirm("a", "b");
        MergeGroup theirs = new MergeGroup();
        DynamoDbIdempotentRepository second = mergingProcess(theirs);

        assertThat(together(theirs, KEYS, key -> ask(second, key)))
                .containsExactly("duplicate", "duplicate", "in progress", "in progress");
    }

    private String ask(DynamoDbIdempotentRepository process, String key) {
        try {
            return process.add(fixture.delivery(), key) ? "new" : "duplicate";
        } catch (KeyInProgressException e) {
            return "in progress";
        }
    }

    @Test
    void containsRemoveAndFindKnowWhatAGroupHasConfirmed() {
        claim(KEYS);
        confirm("a", "b");
        assertThat(other.contains("a")).isTrue();
        assertThat(new ClaimTable(fixture.client, fixture.table).find("a"))
                .hasValueSatisfying(state -> assertThat(state).isInstanceOf(KeyState.Completed.class));
        assertThat(new ClaimTable(fixture.client, fixture.table).find("c"))
                .hasValueSatisfying(state -> assertThat(state).isInstanceOf(KeyState.InProgress.class));

        assertThat(other.remove("a")).isTrue();
        assertThat(other.remove("c")).isFalse();

        assertThat(fixture.item("a")).isEmpty();
        assertThat(isNewForOthers("a")).isTrue();
        assertThat(fixture.status("c")).isEqualTo("IN_PROGRESS");
    }

    @Test
    void entriesThatABatchLeavesOutAreAskedByThemselves() {
        fixture.network.leaveOutAnEntryOfTheNextBatch();
        claim(List.of("a", "b", "c", "d"));
        claim(List.of("e", "f"));
        fixture.network.leaveOutAnEntryOfTheNextBatch();

        assertThat(confirm("a", "b", "c", "d", "e", "f")).containsOnly(true);

        assertThat(List.of("a", "b", "c", "d", "e", "f")).noneMatch(this::isNewForOthers);
    }

    @Test
    void statementsAreAskedByThemselvesIfTheAnswerIsTooShortToTellWhoseItIs() {
        fixture.put("d", Map.of("expiration", AttributeValue.fromN(Long.toString(fixture.epochSecond(WINDOW)))));
        fixture.network.shortenTheNextAnswer();

        assertThat(together(KEYS, key -> {
                    deliveries.put(key, fixture.delivery());
                    return merging.add(deliveries.get(key), key);
                }))
                .containsExactly(true, true, true, false);

        claim(List.of("e", "f"));
        fixture.network.shortenTheNextAnswer();
        assertThat(confirm("a", "b", "c", "e", "f")).containsOnly(true);
        assertThat(List.of("a", "b", "c", "e", "f")).noneMatch(this::isNewForOthers);
    }

    @Test
    void confirmsThatWereWrittenKeepTheirAnswerThoughALaterBatchOfTheSameRequestFails() {
        List<String> keys =
                IntStream.range(0, 40).mapToObj(i -> String.format("k%02d", i)).toList();
        // each alone, so each has a row of its own to confirm
        keys.forEach(key -> claim(List.of(key)));
        fixture.network.fail("BatchExecuteStatement", 1, SdkClientException.create("no answer"));
        fixture.network.takeRequests();

        List<Boolean> confirmed = confirm(keys.toArray(String[]::new));

        assertThat(confirmed).filteredOn(done -> done).hasSize(BatchRequests.MAX_STATEMENTS);
        for (int i = 0; i < keys.size(); i++) {
            assertThat(fixture.status(keys.get(i))).isEqualTo(confirmed.get(i) ? "COMPLETED" : "IN_PROGRESS");
        }
        assertThat(merging.getPendingConfirms()).isEqualTo(15);
    }

    @Test
    void aGroupsItemThatABatchLeavesUnreadIsNotTakenForAbsent() {
        claim(KEYS);
        confirm("a", "b", "c", "d");
        TableFixture.kill(merging);
        fixture.clock.move(LEASE.plus(SKEW));
        MergeGroup theirs = new MergeGroup();
        DynamoDbIdempotentRepository second = mergingProcess(theirs);

        fixture.network.leaveUnread();
        assertThat(together(theirs, KEYS, key -> ask(second, key))).containsOnly("duplicate");
    }

    private static DynamoDbException refusal(String code) {
        return (DynamoDbException) DynamoDbException.builder()
                .message("refused")
                .statusCode(400)
                .awsErrorDetails(AwsErrorDetails.builder().errorCode(code).build())
                .build();
    }

    @ParameterizedTest
    @ValueSource(strings = {"UnknownOperationException", "AccessDeniedException", "ValidationException"})
    void batchesThatAreRefusedAsAWholeAreSingleRequestsForAWhileWithOneWarning(String code) {
        fixture.network.fail("BatchExecuteStatement", refusal(code));
        fixture.network.fail("BatchGetItem", refusal(code));
        try (LogLines log = new LogLines(BatchRefusals.class, Level.INFO)) {
            claim(KEYS);
            assertThat(confirm("a", "b", "c", "d")).containsOnly(true);
            fixture.network.takeRequests();
            claim(List.of("e", "f"));
            confirm("e", "f");
            assertThat(fixture.network.takeRequests()).containsOnly("PutItem", "UpdateItem");
            fixture.clock.move(Duration.ofMinutes(1));
            claim(List.of("g", "h"));
            confirm("g", "h");
            assertThat(fixture.network.takeRequests()).contains("BatchExecuteStatement");
            assertThat(log.messages()).singleElement().satisfies(line -> assertThat(line)
                    .contains(code));

            fixture.network.restore();
            fixture.clock.move(Duration.ofMinutes(1));
            claim(List.of("i", "j"));
            assertThat(groupOf("i")).isEqualTo(groupOf("j"));
            assertThat(confirm("i", "j")).containsOnly(true);

            assertThat(log.messages()).hasSize(2);
        }
        assertThat(List.of("a", "d", "e", "g", "i", "j")).noneMatch(this::isNewForOthers);
    }

    @Test
    void aGroupClaimedBeforeBatchesAreRefusedIsConfirmedAllTheSame() {
        claim(KEYS);
        claim(List.of("e", "f"));
        fixture.network.fail("BatchExecuteStatement", refusal("UnknownOperationException"));

        assertThat(confirm("a", "b", "c", "d", "e", "f")).containsOnly(true);

        assertThat(KEYS).noneMatch(this::isNewForOthers);
        assertThat(List.of("e", "f")).noneMatch(this::isNewForOthers);
    }

    @Test
    void anOutageIsNoRefusal() {
        fixture.network.fail("BatchExecuteStatement", SdkClientException.create("connection refused"));
        fixture.network.takeRequests();

        assertThatThrownBy(() -> claim(List.of("a", "b"))).hasCauseInstanceOf(ClaimFailedException.class);

        assertThat(fixture.network.takeRequests()).containsOnly("BatchExecuteStatement");
    }

    @Test
    void aProcessThatDoesNotMergeNeedsNoBatches() {
        fixture.network.takeRequests();
        other.add(original("a"), "a");
        other.confirm(original("a"), "a");
        other.contains("b");
        other.remove("a");

        assertThat(fixture.network.takeRequests()).noneMatch(operation -> operation.startsWith("Batch"));
    }

    @Test
    void aRowOfTheLambdaBesideAGroupIsADuplicate() {
        fixture.put("b", Map.of("expiration", AttributeValue.fromN(Long.toString(fixture.epochSecond(WINDOW)))));

        assertThat(together(List.of("a", "b", "c"), key -> {
                    deliveries.put(key, fixture.delivery());
                    return merging.add(deliveries.get(key), key);
                }))
                .containsExactly(true, false, true);
        assertThat(confirm("a", "c")).containsOnly(true);
        assertThat(List.of("a", "b", "c")).noneMatch(this::isNewForOthers);
    }
}
