package io.eventdedup.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventdedup.aws.MergeGroup;
import io.eventdedup.aws.Merger;
import io.eventdedup.local.EmbeddedAws;
import io.eventdedup.local.EmbeddedAwsExtension;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.dynamodb.model.BatchExecuteStatementRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;

/** What new events cost in write units, counted at the client: every item written is below 1 KB, so each write is one. */
@ExtendWith(EmbeddedAwsExtension.class)
class WriteUnitsTest {

    private static final int WORKERS = 64;
    private static final int EVENTS = 60;

    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicInteger writes = new AtomicInteger();

    private final class Counter implements ExecutionInterceptor {
        @Override
        public void beforeExecution(Context.BeforeExecution context, ExecutionAttributes attributes) {
            requests.incrementAndGet();
            if (context.request() instanceof BatchExecuteStatementRequest batch) {
                writes.addAndGet(batch.statements().size());
            } else if (!(context.request() instanceof GetItemRequest)
                    && !(context.request() instanceof BatchGetItemRequest)) {
                writes.incrementAndGet();
            }
        }
    }

    @Test
    void newEventsOfManyWorkersTakeLittleMoreThanOneWriteEach(EmbeddedAws aws) throws Exception {
        try (TableFixture fixture = new TableFixture(aws);
                var client = fixture.client(aws.dynamoDbEndpoint(), new Counter())) {
            MergeGroup mergeGroup = new MergeGroup();
            DynamoDbIdempotentRepository repository = fixture.process(made -> {
                made.setMergeGroup(mergeGroup);
                made.setDynamoDbClient(client);
                made.setLease(Duration.ofMinutes(1));
            });
            Merger<String, Boolean> sends = new Merger<>(
                    mergeGroup, new Merger.Limits(10, 10, Duration.ofMillis(4)), call -> 1, WriteUnitsTest::send);
            requests.set(0);
            writes.set(0);
            ExecutorService threads = Executors.newFixedThreadPool(WORKERS);
            try {
                List<Callable<Boolean>> workers = new ArrayList<>();
                for (int worker = 0; worker < WORKERS; worker++) {
                    int number = worker;
                    workers.add(() -> work(fixture, repository, mergeGroup, sends, number));
                }
                for (Future<Boolean> worker : threads.invokeAll(workers)) {
                    assertThat(worker.get()).isTrue();
                }
            } finally {
                threads.shutdownNow();
            }

            double events = WORKERS * EVENTS;
            System.out.printf(
                    "%d workers, %.0f new events: %.3f write units and %.3f requests each%n",
                    WORKERS, events, writes.get() / events, requests.get() / events);
            assertThat(writes.get() / events).isLessThanOrEqualTo(1.2);
        }
    }

    @Test
    void copiesOfWhatOthersFinishedAreReadOnceTheyPrevail(EmbeddedAws aws) throws Exception {
        int copies = 300;
        try (TableFixture fixture = new TableFixture(aws);
                var client = fixture.client(aws.dynamoDbEndpoint(), new Counter())) {
            DynamoDbIdempotentRepository other = fixture.process(made -> {});
            DynamoDbIdempotentRepository repository = fixture.process(made -> made.setDynamoDbClient(client));
            List<String> keys =
                    IntStream.range(0, copies).mapToObj("%064x"::formatted).toList();
            for (String key : keys) {
                Exchange exchange = fixture.delivery();
                other.add(exchange, key);
                other.confirm(exchange, key);
            }
            writes.set(0);

            assertThat(keys).allSatisfy(key -> assertThat(repository.add(fixture.delivery(), key))
                    .isFalse());

            assertThat(writes.get()).isLessThan(copies / 5);
            assertThat(repository.add(fixture.delivery(), "%064x".formatted(copies)))
                    .isTrue();
        }
    }

    private static List<Merger.Answer<Boolean>> send(List<String> events) {
        try {
            Thread.sleep(5);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return events.stream()
                .<Merger.Answer<Boolean>>map(event -> new Merger.Answer.Value<>(true))
                .toList();
    }

    private static boolean work(
            TableFixture fixture,
            DynamoDbIdempotentRepository repository,
            MergeGroup mergeGroup,
            Merger<String, Boolean> sends,
            int worker) {
        boolean confirmed = true;
        for (int event = 0; event < EVENTS; event++) {
            mergeGroup.begin();
            Exchange exchange = fixture.delivery();
            String key = "%032x%032x".formatted(worker, event);
            repository.add(exchange, key);
            sends.call(key);
            confirmed &= repository.confirm(exchange, key);
            mergeGroup.end();
        }
        return confirmed;
    }
}
