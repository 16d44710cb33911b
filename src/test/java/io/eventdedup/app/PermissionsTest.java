package io.eventdedup.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.eventdedup.dynamodb.ClaimTable;
import io.eventdedup.dynamodb.DynamoDbIdempotentRepository;
import io.eventdedup.event.Outcome;
import io.eventdedup.local.AwsCallRecorder;
import io.eventdedup.local.AwsCallRecorder.AwsCall;
import io.eventdedup.local.EmbeddedAws;
import io.eventdedup.local.EmbeddedAwsExtension;
import io.eventdedup.route.Monitor;
import io.eventdedup.route.Settings;
import io.eventdedup.sqs.Redrive;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The policies of the CloudFormation template allow what the program calls, on what it calls it, and nothing else. The test
 * takes the program through everything it does in production; {@link AwsCallRecorder} listens.
 */
@ExtendWith(EmbeddedAwsExtension.class)
class PermissionsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Test
    void theServicesPolicyAllowsExactlyWhatTheServiceCalls(EmbeddedAws aws) {
        try (RouteFixture fixture = new RouteFixture(aws)) {
            Set<AwsCall> called = callsOf(fixture, () -> serve(fixture));

            assertThat(called).containsExactlyInAnyOrderElementsOf(allowed("Permissions"));
        }
    }

    @Test
    void theOperatorsPolicyAllowsExactlyWhatTheCommandsCall(EmbeddedAws aws) {
        try (RouteFixture fixture = new RouteFixture(aws)) {
            Set<AwsCall> called = callsOf(fixture, () -> operate(fixture));

            assertThat(called).containsExactlyInAnyOrderElementsOf(allowed("OperatorPermissions"));
        }
    }

    private static Set<AwsCall> allowed(String policy) {
        return AwsTemplate.eventDedup().allowed(policy);
    }

    private static Set<AwsCall> callsOf(RouteFixture fixture, Runnable work) {
        Map<String, String> roles = Map.of(
                fixture.input, "InputQueue",
                fixture.output, "OutputQueue",
                fixture.deadLetters, "DeadLetterQueue",
                fixture.table, "Table");
        AwsCallRecorder.forget(roles.keySet());
        work.run();
        return AwsCallRecorder.callsOn(roles.keySet()).stream()
                .map(call -> new AwsCall(call.action(), roles.get(call.resource())))
                .collect(Collectors.toSet());
    }

    /** The commands, each once. */
    private static void operate(RouteFixture fixture) {
        lookUpAndForget(fixture);
        redrive(fixture);
    }

    /** As {@code key --lookup} and {@code key --forget}. */
    private static void lookUpAndForget(RouteFixture fixture) {
        fixture.dynamoDb()
                .putItem(put -> put.tableName(fixture.table).item(Map.of("eventHash", AttributeValue.fromS("key"))));
        ClaimTable table = new ClaimTable(fixture.dynamoDb(), fixture.table);
        assertThat(new KeyLookup(Duration.ofSeconds(20), Clock.systemUTC()).describe(table.find("key")))
                .isNotEmpty();
        assertThat(table.forget("key")).isTrue();
    }

    /** As {@code redrive}: the first run makes the letter visible again, since it has another reason. */
    private static void redrive(RouteFixture fixture) {
        fixture.sqs().sendMessage(letter -> letter.queueUrl(fixture.url(fixture.deadLetters))
                .messageBody("a letter"));
        try (BuiltRoutes routes = BuiltRoutes.of(fixture.settings(), DedupApplication.routes())) {
            Redrive redrive = redrive(routes, fixture, Optional.empty());
            Redrive ofAnotherReason = redrive(routes, fixture, Optional.of("OTHER"));
            ofAnotherReason.waiting();
            ofAnotherReason.run(done -> {});
            redrive.run(done -> {});
            assertThat(redrive.number()).isEqualTo(1);
        }
    }

    private static Redrive redrive(BuiltRoutes routes, RouteFixture fixture, Optional<String> reason) {
        return AwsClients.sqs(routes.context())
                .redrive(
                        fixture.deadLetters,
                        fixture.input,
                        new Redrive.Selection(reason, Long.MAX_VALUE, false),
                        Instant.now().plusSeconds(1));
    }

    private static void serve(RouteFixture fixture) {
        try (BuiltRoutes routes = BuiltRoutes.of(fixture.settings(), DedupApplication.routes())) {
            Installation.check(Settings.load(fixture.settings(), Map.of(), Path.of("")), routes.context());
        }
        DedupApplication replica = fixture.with("dedup.lease", "2s")
                .with("dedup.visibility-timeout", "3s")
                .startReplica();
        Monitor outcomes = RouteTest.outcomes(replica);

        forwardRecogniseAndDeadLetter(fixture, outcomes);
        meetAnotherProcess(fixture, outcomes);
        renewAndRelease(replica);
        goThroughAnOutage(fixture, outcomes);
    }

    private static void forwardRecogniseAndDeadLetter(RouteFixture fixture, Monitor outcomes) {
        for (int i = 0; i < 100; i++) {
            fixture.send(event("n" + i % 50));
        }
        fixture.send("not JSON");
        await().atMost(PATIENCE)
                .until(() -> outcomes.total(Outcome.FORWARDED) == 50
                        && outcomes.total(Outcome.DUPLICATE) == 50
                        && outcomes.total(Outcome.DEAD_LETTER) == 1);
    }

    /** Its claim is found in the table, so the event goes back to the queue until the lease is over. */
    private static void meetAnotherProcess(RouteFixture fixture, Monitor outcomes) {
        long forwarded = outcomes.total(Outcome.FORWARDED);
        Instant now = Instant.now();
        fixture.dynamoDb().putItem(put -> put.tableName(fixture.table)
                .item(Map.of(
                        "eventHash", AttributeValue.fromS("other"),
                        "status", AttributeValue.fromS("IN_PROGRESS"),
                        "owner", AttributeValue.fromS("another"),
                        "leaseUntil",
                                AttributeValue.fromN(
                                        Long.toString(now.plusSeconds(2).toEpochMilli())),
                        "expiration",
                                AttributeValue.fromN(
                                        Long.toString(now.plusSeconds(300).getEpochSecond())))));
        fixture.send("{\"detail-type\":\"x.interaction.analytics.contact\",\"detail\":{\"interaction-id\":\"other\"}}");
        await().atMost(PATIENCE).until(() -> outcomes.total(Outcome.FORWARDED) == forwarded + 1);
    }

    private static void renewAndRelease(DedupApplication replica) {
        DynamoDbIdempotentRepository claims = replica.camelContext()
                .getRegistry()
                .lookupByNameAndType("dedupRepository", DynamoDbIdempotentRepository.class);
        DefaultExchange slow = new DefaultExchange(replica.camelContext());
        claims.add(slow, "slow");
        await().pollDelay(Duration.ofSeconds(3)).until(() -> claims.remove(slow, "slow"));
        claims.contains("slow");
    }

    private static void goThroughAnOutage(RouteFixture fixture, Monitor outcomes) {
        long forwarded = outcomes.total(Outcome.FORWARDED);
        long returned = outcomes.total(Outcome.RETURNED);
        fixture.deleteQueue(fixture.output);
        fixture.send(event("late"));
        await().atMost(PATIENCE).until(() -> outcomes.total(Outcome.RETURNED) > returned);
        fixture.createQueue(fixture.output);
        await().atMost(PATIENCE).until(() -> outcomes.total(Outcome.FORWARDED) == forwarded + 1);
    }

    private static String event(String id) {
        return "{\"detail-type\":\"test.event\",\"detail\":{\"id\":\"%s\"}}".formatted(id);
    }
}
