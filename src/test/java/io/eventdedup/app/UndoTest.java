package io.eventdedup.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.eventdedup.dynamodb.ClaimTable;
import io.eventdedup.event.Outcome;
import io.eventdedup.local.Balance;
import io.eventdedup.local.EmbeddedAws;
import io.eventdedup.local.EmbeddedAwsExtension;
import io.eventdedup.route.Monitor;
import io.eventdedup.sqs.DedupSqsComponent;
import io.eventdedup.sqs.Redrive;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.sqs.model.Message;

/** What {@code key --forget} and {@code redrive} do, seen from a route that runs, in its balance. */
@ExtendWith(EmbeddedAwsExtension.class)
class UndoTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Test
    void aForgottenKeyIsForwardedOnceMoreAndADeadLetterIsAnEventAgain(EmbeddedAws aws) {
        // without the cache, which would know the key for another minute
        try (RouteFixture fixture = new RouteFixture(aws).with("dedup.cache-size", "0")) {
            Monitor outcomes = RouteTest.outcomes(fixture.startReplica());
            String event = "{\"detail-type\":\"test.event\",\"detail\":{\"n\":1}}";

            fixture.send(event);
            Message original = settled(fixture, fixture.output).get(0);
            String key = original.messageAttributes().get("dedupKey").stringValue();
            fixture.send(event);
            await().atMost(PATIENCE).until(() -> outcomes.total(Outcome.DUPLICATE) == 1);

            assertThat(new ClaimTable(fixture.dynamoDb(), fixture.table).forget(key))
                    .isTrue();
            fixture.send(event);
            assertThat(settled(fixture, fixture.output)).hasSize(1);

            fixture.send("{\"half\": ");
            await().atMost(PATIENCE).until(() -> outcomes.total(Outcome.DEAD_LETTER) == 1);
            assertThat(redrive(fixture)).isEqualTo(1);
            // it fails again, and a new letter tells so
            Message letter = settled(fixture, fixture.deadLetters).get(0);
            assertThat(letter.messageAttributes().get("dedupReason").stringValue())
                    .isEqualTo("INVALID_JSON");

            Balance balance = new Balance(
                    // three times the event, and the broken one, which was received twice
                    5,
                    outcomes.total(Outcome.FORWARDED),
                    outcomes.total(Outcome.DUPLICATE),
                    outcomes.total(Outcome.OBSERVED_COPY),
                    outcomes.total(Outcome.FILTERED),
                    outcomes.total(Outcome.DEAD_LETTER),
                    fixture.size(fixture.input));
            assertThat(balance).isEqualTo(new Balance(5, 2, 1, 0, 0, 2, 0)).matches(Balance::holds);
        }
    }

    private static long redrive(RouteFixture fixture) {
        DedupSqsComponent sqs = new DedupSqsComponent();
        try {
            Redrive redrive = sqs.redrive(
                    fixture.deadLetters,
                    fixture.input,
                    new Redrive.Selection(Optional.empty(), Long.MAX_VALUE, false),
                    Instant.now());
            redrive.run(done -> {});
            return redrive.number();
        } finally {
            sqs.stop();
        }
    }

    private static List<Message> settled(RouteFixture fixture, String queue) {
        await().atMost(PATIENCE).until(() -> fixture.size(queue) == 1 && fixture.size(fixture.input) == 0);
        return fixture.drain(queue);
    }
}
