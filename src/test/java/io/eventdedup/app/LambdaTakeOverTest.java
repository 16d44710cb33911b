package io.eventdedup.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.eventdedup.local.EmbeddedAws;
import io.eventdedup.local.EmbeddedAwsExtension;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.sqs.model.Message;

/** The Lambda and the route over one table and one output queue: what one of them forwarded, the other does not. */
@ExtendWith(EmbeddedAwsExtension.class)
class LambdaTakeOverTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int EVENTS = 20;

    private RouteFixture fixture;

    @BeforeEach
    void start(EmbeddedAws aws) {
        fixture = new RouteFixture(aws);
        fixture.startReplica();
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void theRouteForwardsWhatTheLambdaHasNotAndTheLambdaWhatTheRouteHasNot() {
        List<String> details = IntStream.range(0, EVENTS)
                .mapToObj("{\"conversationId\": \"c%d\", \"n\": 1}"::formatted)
                .toList();
        // the Lambda is there first
        details.subList(0, EVENTS / 2).forEach(this::lambda);
        // both get everything, the route its own copies too
        details.forEach(detail -> fixture.send(event(detail)));
        details.forEach(detail -> fixture.send(event(detail)));
        await().atMost(PATIENCE).until(() -> fixture.size(fixture.input) == 0);
        details.forEach(this::lambda);

        assertThat(fixture.drain(fixture.output))
                .extracting(Message::body)
                .containsExactlyInAnyOrderElementsOf(
                        details.stream().map(LambdaTakeOverTest::event).toList());
    }

    /** Its two calls, and the send. */
    private void lambda(String detail) {
        AttributeValue hash = AttributeValue.fromS(sha256(detail));
        boolean seen = fixture.dynamoDb()
                .getItem(get -> get.tableName(fixture.table).key(Map.of("eventHash", hash)))
                .hasItem();
        if (seen) {
            return;
        }
        AttributeValue expiration =
                AttributeValue.fromN(Long.toString(Instant.now().getEpochSecond() + 300));
        fixture.dynamoDb()
                .putItem(put -> put.tableName(fixture.table).item(Map.of("eventHash", hash, "expiration", expiration)));
        fixture.sqs()
                .sendMessage(send -> send.queueUrl(fixture.url(fixture.output)).messageBody(event(detail)));
    }

    private static String event(String detail) {
        return "{\"detail-type\": \"some.event\", \"detail\": " + detail + "}";
    }

    /** The details here are written as Python's {@code json.dumps(detail, sort_keys=True)} prints them. */
    private static String sha256(String detail) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(detail.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
