package io.eventdedup.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.eventdedup.aws.Merger.Answer;
import io.eventdedup.aws.Merger.Limits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** No test here waits for the clock: the least wait is a day, unless the test is about it. */
@Timeout(60)
class MergerTest {

    private static final Duration A_DAY = Duration.ofDays(1);

    private final ExecutorService callers = Executors.newCachedThreadPool();
    private final MergeGroup mergeGroup = new MergeGroup();
    private final List<List<String>> requests = Collections.synchronizedList(new ArrayList<>());

    @AfterEach
    void stop() {
        callers.shutdownNow();
    }

    @Test
    void whoeverIsAloneInWorkNeverWaits() {
        mergeGroup.begin();

        assertThat(merger(10, 1000, A_DAY).call("a")).isEqualTo("A");
    }

    @Test
    void aFullRequestLeavesAlthoughOthersCouldCome() throws Exception {
        begin(100);
        Merger<String, String> merger = merger(3, 1000, A_DAY);

        List<CompletableFuture<String>> answers = calls(merger, "a", "b", "c");

        for (CompletableFuture<String> answer : answers) {
            answer.get();
        }
        assertThat(requests).singleElement().satisfies(request -> assertThat(request)
                .containsExactlyInAnyOrder("a", "b", "c"));
    }

    @Test
    void aRequestLeavesWhenEverybodyInWorkWaits() throws Exception {
        begin(2);
        Merger<String, String> merger = merger(10, 1000, A_DAY);

        CompletableFuture<String> first = call(merger, "a");
        awaitWaiting(1);
        assertThat(requests).isEmpty();
        call(merger, "b").get();

        first.get();
        assertThat(requests).hasSize(1);
    }

    @Test
    void aRequestLeavesWhenTheLastOneWhoCouldJoinHasEnded() throws Exception {
        begin(2);
        CompletableFuture<String> waiting = call(merger(10, 1000, A_DAY), "a");
        awaitWaiting(1);

        mergeGroup.end();

        assertThat(waiting.get()).isEqualTo("A");
    }

    @Test
    void aRequestOfOneKindDoesNotWaitForThoseWhoWaitInAnother() throws Exception {
        begin(2);
        Merger<String, String> one = merger(10, 1000, A_DAY);
        Merger<String, String> other = merger(10, 1000, A_DAY);

        CompletableFuture<String> first = call(one, "a");
        CompletableFuture<String> second = call(other, "b");

        assertThat(first.get()).isEqualTo("A");
        assertThat(second.get()).isEqualTo("B");
    }

    @Test
    void aRequestLeavesAfterTheWait() throws Exception {
        begin(2);

        assertThat(call(merger(10, 1000, Duration.ofMillis(1)), "a").get()).isEqualTo("A");
    }

    @Test
    void whereAnswersTakeLongACallWaitsForOthersAsLong() throws Exception {
        Merger<String, String> slow =
                new Merger<>(mergeGroup, new Limits(10, 1000, Duration.ofMillis(10)), String::length, request -> {
                    sleep(Duration.ofMillis(60));
                    return request.stream().map(MergerTest::answer).toList();
                });
        mergeGroup.begin();
        for (int i = 0; i < 8; i++) {
            slow.call("a");
        }
        mergeGroup.begin();
        long begin = System.nanoTime();

        slow.call("b");

        // the answer takes 60 ms, and the wait before it more than the 10 ms that it is at first
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(85));
    }

    @Test
    void aCallThatDoesNotFitOpensTheNextRequest() throws Exception {
        begin(2);
        Merger<String, String> merger = merger(10, 5, A_DAY);

        CompletableFuture<String> first = call(merger, "aaa");
        awaitWaiting(1);
        CompletableFuture<String> second = call(merger, "bbb");

        assertThat(first.get()).isEqualTo("AAA");
        mergeGroup.end();
        assertThat(second.get()).isEqualTo("BBB");
        assertThat(requests).containsExactly(List.of("aaa"), List.of("bbb"));
    }

    @Test
    void aCallThatIsLargerThanARequestGoesAlone() throws Exception {
        begin(100);

        assertThat(call(merger(10, 5, A_DAY), "aaaaaaa").get()).isEqualTo("AAAAAAA");
    }

    @Test
    void aFailedEntryFailsItsOwnCallerOnly() throws Exception {
        begin(2);
        Merger<String, String> merger = merger(10, 1000, A_DAY);

        CompletableFuture<String> good = call(merger, "good");
        CompletableFuture<String> bad = call(merger, "bad");

        assertThat(good.get()).isEqualTo("GOOD");
        assertThatThrownBy(bad::get)
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aFailedRequestFailsEachCaller() {
        begin(2);
        Merger<String, String> merger =
                new Merger<>(mergeGroup, new Limits(10, 1000, A_DAY), String::length, request -> {
                    throw new IllegalStateException("away");
                });

        List<CompletableFuture<String>> answers = calls(merger, "a", "b");

        for (CompletableFuture<String> answer : answers) {
            assertThatThrownBy(answer::get).hasCauseInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void aCallThatTheAnswerLeavesOutFails() throws Exception {
        begin(2);
        Merger<String, String> merger =
                new Merger<>(mergeGroup, new Limits(10, 1000, A_DAY), String::length, request -> request.stream()
                        .map(text -> text.equals("a") ? MergerTest.answer(text) : null)
                        .toList());

        CompletableFuture<String> answered = call(merger, "a");
        CompletableFuture<String> leftOut = call(merger, "b");

        assertThat(answered.get()).isEqualTo("A");
        assertThatThrownBy(leftOut::get).hasCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void callsBeyondTheEndOfTheAnswersFailAndTheOthersAreAnswered() throws Exception {
        begin(3);
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        Merger<String, String> merger =
                new Merger<>(mergeGroup, new Limits(10, 1000, A_DAY), String::length, request -> {
                    order.addAll(request);
                    return List.of(answer(request.get(0)));
                });

        Map<String, CompletableFuture<String>> answers = new HashMap<>();
        List.of("a", "b", "c").forEach(text -> answers.put(text, call(merger, text)));
        CompletableFuture.allOf(answers.values().toArray(CompletableFuture[]::new))
                .exceptionally(failure -> null)
                .get();

        String first = order.get(0);
        assertThat(answers.remove(first).get()).isEqualTo(first.toUpperCase(Locale.ROOT));
        assertThat(answers.values()).allSatisfy(leftOut -> assertThatThrownBy(leftOut::get)
                .hasCauseInstanceOf(IllegalStateException.class));
    }

    @Test
    void manyCallersEachGetTheirOwnAnswer() throws Exception {
        Merger<String, String> merger = merger(7, 1000, Duration.ofMillis(2));
        List<CompletableFuture<Void>> workers = new ArrayList<>();
        for (int worker = 0; worker < 16; worker++) {
            String name = "w" + worker;
            workers.add(CompletableFuture.runAsync(
                    () -> {
                        for (int i = 0; i < 200; i++) {
                            mergeGroup.begin();
                            assertThat(merger.call(name + "-" + i)).isEqualTo(name.toUpperCase(Locale.ROOT) + "-" + i);
                            mergeGroup.end();
                        }
                    },
                    callers));
        }
        for (CompletableFuture<Void> worker : workers) {
            worker.get(50, TimeUnit.SECONDS);
        }
        assertThat(requests.stream().mapToInt(List::size).sum()).isEqualTo(3200);
        assertThat(requests).allSatisfy(request -> assertThat(request).hasSizeLessThanOrEqualTo(7));
    }

    private void begin(int many) {
        for (int i = 0; i < many; i++) {
            mergeGroup.begin();
        }
    }

    private static void sleep(Duration time) {
        try {
            Thread.sleep(time.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitWaiting(int calls) {
        await().until(() -> mergeGroup.waitingCalls() == calls);
    }

    private List<CompletableFuture<String>> calls(Merger<String, String> merger, String... texts) {
        return List.of(texts).stream().map(text -> call(merger, text)).toList();
    }

    private CompletableFuture<String> call(Merger<String, String> merger, String text) {
        return CompletableFuture.supplyAsync(() -> merger.call(text), callers);
    }

    private Merger<String, String> merger(int calls, long bytes, Duration leastWait) {
        return new Merger<>(mergeGroup, new Limits(calls, bytes, leastWait), String::length, request -> {
            requests.add(request);
            return request.stream().map(MergerTest::answer).toList();
        });
    }

    private static Answer<String> answer(String text) {
        return text.equals("bad")
                ? new Answer.Failure<>(new IllegalArgumentException(text))
                : new Answer.Value<>(text.toUpperCase(Locale.ROOT));
    }
}
