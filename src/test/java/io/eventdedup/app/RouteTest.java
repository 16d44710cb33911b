package io.eventdedup.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.eventdedup.event.Outcome;
import io.eventdedup.json.CanonicalJson;
import io.eventdedup.json.Json.JsonString;
import io.eventdedup.local.EmbeddedAws;
import io.eventdedup.local.EmbeddedAwsExtension;
import io.eventdedup.route.DedupParts;
import io.eventdedup.route.Monitor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeNameForSends;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeValue;

/** The whole route, as it is in {@code routes/}, on real queues and a real table. */
@ExtendWith(EmbeddedAwsExtension.class)
@Execution(ExecutionMode.CONCURRENT)
class RouteTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final String TRACE_PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    private static final String AWS_TRACE = "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1";

    RouteFixture fixture;

    @BeforeEach
    void createQueuesAndTable(EmbeddedAws aws) {
        fixture = new RouteFixture(aws);
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void anEventAndItsCopyComeOutOnce() {
        fixture.startReplica();
        fixture.send(event("1"));
        fixture.send(event("1"));

        assertThat(settledBodies(1)).containsExactly(event("1"));
        assertThat(fixture.size(fixture.deadLetters)).isZero();
    }

    @Test
    void aQueueMayBeNamedByItsUrlOrItsArn() {
        fixture.with("dedup.input-queue", fixture.url(fixture.input))
                .with("dedup.output-queue", "arn:aws:sqs:eu-central-1:000000000000:" + fixture.output)
                .startReplica();
        fixture.send(event("1"));

        assertThat(settledBodies(1)).containsExactly(event("1"));
    }

    @Test
    void aForwardedMessageCarriesItsKeyItsTypeAndItsTrace() {
        fixture.startReplica();
        fixture.sqs().sendMessage(message -> message.queueUrl(fixture.url(fixture.input))
                .messageBody(event("1"))
                .messageAttributes(Map.of(
                        "traceparent",
                        MessageAttributeValue.builder()
                                .dataType("String")
                                .stringValue(TRACE_PARENT)
                                .build()))
                .messageSystemAttributes(Map.of(
                        MessageSystemAttributeNameForSends.AWS_TRACE_HEADER,
                        MessageSystemAttributeValue.builder()
                                .dataType("String")
                                .stringValue(AWS_TRACE)
                                .build())));

        Message forwarded = settled(1).get(0);
        assertThat(forwarded.messageAttributes().get("traceparent").stringValue())
                .isEqualTo(TRACE_PARENT);
        assertThat(forwarded.attributes()).containsEntry(MessageSystemAttributeName.AWS_TRACE_HEADER, AWS_TRACE);
        assertThat(forwarded.messageAttributes().get("dedupKey").stringValue()).matches("[0-9a-f]{64}");
        assertThat(forwarded.messageAttributes().get("eventType").stringValue()).isEqualTo("test.event");
    }

    @Test
    void twoHundredCopiesSentAtOnceToTwoReplicasComeOutOnce() throws Exception {
        fixture.startReplica();
        fixture.startReplica();
        ExecutorService senders = Executors.newFixedThreadPool(8);
        List<Future<?>> sent = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            sent.add(senders.submit(() -> fixture.send(event("1"))));
        }
        for (Future<?> send : sent) {
            send.get();
        }
        senders.shutdown();

        assertThat(settledBodies(1)).containsExactly(event("1"));
    }

    @Test
    void morePollersThanTheSdkHasConnectionsLeaveOneForTheWork() {
        DedupApplication replica = fixture.with("dedup.pollers", "60").startReplica();
        fixture.send(event("1"));

        assertThat(settledBodies(1)).containsExactly(event("1"));
        assertThat(outcomes(replica).total(Outcome.RETURNED)).isZero();
    }

    @Test
    void whatIsNotJsonGoesToTheDeadLetterQueueWithItsReasonAndItsOriginalBody() {
        fixture.startReplica();
        fixture.send("{\"half\": ");

        Message letter = awaitMessages(fixture.deadLetters, 1).get(0);
        assertThat(letter.body()).isEqualTo("{\"half\": ");
        assertThat(letter.messageAttributes().get("dedupReason").stringValue()).isEqualTo("INVALID_JSON");
        assertThat(letter.messageAttributes().get("dedupError").stringValue()).doesNotContain("half");
        assertThat(letter.messageAttributes())
                .containsKeys("dedupSourceMessageId", "dedupReceiveCount", "dedupFailedAt");
        awaitEmpty(fixture.input);
    }

    @Test
    void whatWasDecodedFromNotificationsAndSqsWouldRefuseIsSettledAndRedrivenAllTheSame() {
        fixture.startReplica();
        String usable = "{\"detail-type\":\"test.event\",\"detail\":{\"n\":\"\uFFFE\uD83D\"}}";
        String body = "["
                + Stream.of("", "\u0000", usable, "{\"\uFFFE\":" + usable)
                        .map(RouteTest::notification)
                        .collect(Collectors.joining(","))
                + "]";
        fixture.send(body);

        assertThat(settledBodies(1)).containsExactly(usable.replace("\uFFFE\uD83D", "\\ufffe\\ud83d"));
        List<Message> letters = awaitMessages(fixture.deadLetters, 3);

        letters.forEach(letter -> fixture.send(letter.body()));
        assertThat(awaitMessages(fixture.deadLetters, 3))
                .extracting(Message::body)
                .containsExactlyInAnyOrderElementsOf(
                        letters.stream().map(Message::body).toList());
        awaitEmpty(fixture.input);
        assertThat(fixture.size(fixture.output)).isZero();
    }

    private static String notification(String message) {
        return "{\"Type\":\"Notification\",\"MessageId\":\"1\",\"Message\":" + CanonicalJson.of(JsonString.of(message))
                + "}";
    }

    @Test
    void whileTheOutputQueueIsMissingNothingIsLostAndAfterwardsTheEventGoesOutOnce() {
        DedupApplication replica = fixture.startReplica();
        fixture.deleteQueue(fixture.output);
        fixture.send(event("1"));
        await().atMost(PATIENCE).until(() -> outcomes(replica).total(Outcome.RETURNED) > 0);
        assertThat(fixture.size(fixture.input)).isEqualTo(1);
        assertThat(fixture.size(fixture.deadLetters)).isZero();

        fixture.createQueue(fixture.output);

        assertThat(settledBodies(1)).containsExactly(event("1"));
        assertThat(fixture.size(fixture.deadLetters)).isZero();
    }

    @Test
    void anExpiredRowCountsAsAbsent() {
        DedupApplication replica = fixture.startReplica();
        fixture.send(event("1"));
        String key = settled(1).get(0).messageAttributes().get("dedupKey").stringValue();
        replica.close();
        putRow(key, Instant.now().minusSeconds(10));

        fixture.startReplica();
        fixture.send(event("1"));

        assertThat(settledBodies(1)).containsExactly(event("1"));
    }

    @Test
    void aRowThatTheLambdaWroteCountsAsFinished() {
        DedupApplication replica = fixture.startReplica();
        fixture.send(event("1"));
        String key = settled(1).get(0).messageAttributes().get("dedupKey").stringValue();
        replica.close();
        putRow(key, Instant.now().plusSeconds(300));

        DedupApplication restarted = fixture.startReplica();
        fixture.send(event("1"));

        await().atMost(PATIENCE).until(() -> outcomes(restarted).total(Outcome.DUPLICATE) == 1);
        awaitEmpty(fixture.input);
        assertThat(fixture.size(fixture.output)).isZero();
    }

    @Test
    void eachElementOfAnArrayIsAnEventOfItsOwn() {
        fixture.startReplica();
        fixture.send("[" + event("1") + ", " + event("2") + ",17, " + event("1") + "]");

        assertThat(settledBodies(2)).containsExactlyInAnyOrder(event("1"), event("2"));
        Message letter = awaitMessages(fixture.deadLetters, 1).get(0);
        assertThat(letter.body()).isEqualTo("17");
        assertThat(letter.messageAttributes().get("dedupReason").stringValue()).isEqualTo("NOT_AN_EVENT");
    }

    @Test
    void aPointerToABodyInS3IsOneDeadLetterThatItsClientCanResolve() {
        fixture.startReplica();
        String pointer = "[\"software.amazon.payloadoffloading.PayloadS3Pointer\","
                + "{\"s3BucketName\":\"bucket\",\"s3Key\":\"5f3c\"}]";
        fixture.sqs().sendMessage(message -> message.queueUrl(fixture.url(fixture.input))
                .messageBody(pointer)
                .messageAttributes(Map.of(
                        "ExtendedPayloadSize",
                        MessageAttributeValue.builder()
                                .dataType("Number")
                                .stringValue("300000")
                                .build())));

        Message letter = awaitMessages(fixture.deadLetters, 1).get(0);
        awaitEmpty(fixture.input);
        assertThat(fixture.size(fixture.deadLetters)).isZero();
        assertThat(letter.body()).isEqualTo(pointer);
        assertThat(letter.messageAttributes().get("dedupReason").stringValue()).isEqualTo("S3_POINTER");
        assertThat(letter.messageAttributes().get("ExtendedPayloadSize").stringValue())
                .isEqualTo("300000");
    }

    @Test
    void anArrayWithAnElementInProgressStaysAndItsOtherElementsAreSettledOnce() {
        DedupApplication replica = fixture.startReplica();
        fixture.send(event("busy"));
        String key = settled(1).get(0).messageAttributes().get("dedupKey").stringValue();
        replica.close();

        DedupApplication restarted = fixture.startReplica();
        putRowInProgress(key, Instant.now().plusSeconds(8));
        fixture.send("[" + event("1") + ", 17, " + event("busy") + "]");
        await().atMost(PATIENCE).until(() -> outcomes(restarted).total(Outcome.RETURNED) > 0);
        assertThat(fixture.size(fixture.deadLetters)).isZero();

        assertThat(settledBodies(2)).containsExactlyInAnyOrder(event("1"), event("busy"));
        assertThat(awaitMessages(fixture.deadLetters, 1)).singleElement().satisfies(letter -> assertThat(letter.body())
                .isEqualTo("17"));
        assertThat(outcomes(restarted).total(Outcome.FORWARDED)).isEqualTo(2);
        assertThat(outcomes(restarted).total(Outcome.DUPLICATE)).isZero();
        assertThat(outcomes(restarted).total(Outcome.DEAD_LETTER)).isEqualTo(1);
    }

    @Test
    void aKeyIsRememberedForTheWindowOfItsRule() throws IOException {
        fixture.startReplica();
        Instant before = Instant.now();
        fixture.send(Files.readString(Path.of("src/test/resources/samples/17-routingStatus-1-IDLE.json")));

        String key = settled(1).get(0).messageAttributes().get("dedupKey").stringValue();

        String expiration = fixture.dynamoDb()
                .getItem(get -> get.tableName(fixture.table)
                        .key(Map.of("eventHash", AttributeValue.fromS(key)))
                        .consistentRead(true))
                .item()
                .get("expiration")
                .n();
        assertThat(Instant.ofEpochSecond(Long.parseLong(expiration)))
                .isBetween(
                        before.plus(Duration.ofDays(14)),
                        Instant.now().plus(Duration.ofDays(14)).plusSeconds(1));
    }

    private static String event(String id) {
        return "{\"detail-type\":\"test.event\", \"id\":\"e\", \"detail\":{\"n\": \"" + id + "\"}}";
    }

    private void putRow(String key, Instant expiration) {
        fixture.dynamoDb().putItem(put -> put.tableName(fixture.table)
                .item(Map.of(
                        "eventHash", AttributeValue.fromS(key),
                        "expiration", AttributeValue.fromN(Long.toString(expiration.getEpochSecond())))));
    }

    private void putRowInProgress(String key, Instant leaseUntil) {
        fixture.dynamoDb().putItem(put -> put.tableName(fixture.table)
                .item(Map.of(
                        "eventHash", AttributeValue.fromS(key),
                        "status", AttributeValue.fromS("IN_PROGRESS"),
                        "owner", AttributeValue.fromS("another delivery"),
                        "leaseUntil", AttributeValue.fromN(Long.toString(leaseUntil.toEpochMilli())),
                        "expiration",
                                AttributeValue.fromN(Long.toString(
                                        leaseUntil.plusSeconds(300).getEpochSecond())))));
    }

    static Monitor outcomes(DedupApplication replica) {
        return DedupParts.of(replica.camelContext()).monitor().orElseThrow();
    }

    /** What is in the output queue once it holds so many messages and the input queue is empty. */
    private List<Message> settled(int count) {
        List<Message> messages = awaitMessages(fixture.output, count);
        awaitEmpty(fixture.input);
        messages.addAll(fixture.drain(fixture.output));
        return messages;
    }

    private List<String> settledBodies(int count) {
        return settled(count).stream().map(Message::body).toList();
    }

    private List<Message> awaitMessages(String queue, int count) {
        List<Message> messages = new ArrayList<>();
        await().atMost(PATIENCE).until(() -> {
            messages.addAll(fixture.drain(queue));
            return messages.size() >= count;
        });
        return messages;
    }

    private void awaitEmpty(String queue) {
        await().atMost(PATIENCE).until(() -> fixture.size(queue) == 0);
    }
}
