package io.eventdedup.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.eventdedup.app.RouteFixture;
import io.eventdedup.local.EmbeddedAws;
import io.eventdedup.local.EmbeddedAwsExtension;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;

/** Messages that mean to do harm, or that were made by somebody else. */
@ExtendWith({EmbeddedAwsExtension.class, ChaosExtension.class})
class HostileInputIT {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final long SEED = 99;
    private static final int MALFORMED = 1_000;

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
    @Execution(ExecutionMode.CONCURRENT)
    void aThousandMalformedBodiesAreDeadLetteredWithAReasonAndTheEventsAmongThemComeOut(Report report) {
        List<String> malformed = MalformedBodies.of(MALFORMED, SEED);
        List<String> mixed = new ArrayList<>(malformed);
        Load events = Load.of(SEED, 300, 0.3);
        mixed.addAll(events.bodies());
        Collections.shuffle(mixed, new Random(SEED));
        new Load(mixed).sendOneByOneTo(fixture);

        Ledger ledger = Ledger.whenSettled(fixture, new Load(mixed));

        Map<String, Long> reasons = ledger.deadLetters().stream()
                .collect(Collectors.groupingBy(
                        letter -> letter.messageAttributes().get("dedupReason").stringValue(),
                        TreeMap::new,
                        Collectors.counting()));
        report.add("1,000 malformed bodies among the events", ledger, reasons.toString());
        assertThat(ledger.forwardedEvents()).isEqualTo(events.events().keySet());
        assertThat(ledger.forwardedTwice()).isEmpty();
        assertThat(ledger.deadLetters().stream().map(Message::body).toList())
                .containsExactlyInAnyOrderElementsOf(malformed);
        assertThat(reasons.keySet()).isSubsetOf("INVALID_JSON", "NOT_AN_EVENT", "NO_DETAIL", "TOO_DEEP");
        assertThat(ledger.balance().holds()).as("%s", ledger.balance()).isTrue();
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void attributesNamedLikeCamelsHeadersHaveNoEffect() {
        fixture.send(event("before"));
        await().atMost(PATIENCE).until(() -> fixture.size(fixture.output) == 1);

        sendWith("CamelAwsSqsOperation", "purgeQueue");
        sendWith("CamelAwsSqsOperation", "deleteQueue");
        sendWith("camelawssqsoperation", "deleteMessage");
        sendWith("cAmElAwSsQsOpErAtIoN", "listQueues");
        sendWith("CamelAwsSqsReceiptHandle", "of another message");
        sendWith("CAMELAWSSQSRECEIPTHANDLE", "of another message");
        sendWith("CamelAwsSqsDelaySeconds", "900");
        sendWith("CamelHttpUri", "http://127.0.0.1:1/");
        sendWith("CamelSplitIndex", "7");
        sendWith("org.apache.camel.Exchange", "x");
        sendWith("breadcrumbId", "crumb");
        sendWith("BreadcrumbID", "crumb");
        sendWith("dedupKey", "not-its-key");
        sendWith("dedupReason", "FORWARD_REJECTED");

        await().atMost(PATIENCE).until(() -> fixture.size(fixture.output) == 15 && fixture.size(fixture.input) == 0);
        assertThat(fixture.size(fixture.deadLetters)).isZero();
        List<Message> forwarded = fixture.drain(fixture.output);
        assertThat(forwarded).extracting(Message::body).doesNotHaveDuplicates();
        assertThat(forwarded).allSatisfy(message -> assertThat(
                        message.messageAttributes().get("dedupKey").stringValue())
                .matches("[0-9a-f]{64}"));
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void aNumberThatFitsNoIntegerDoesNotHoldUpTheOtherMessages() {
        sendWith(
                "count",
                MessageAttributeValue.builder()
                        .dataType("Number.int")
                        .stringValue("99999999999999999999")
                        .build());
        sendWith(
                "small",
                MessageAttributeValue.builder()
                        .dataType("Number.byte")
                        .stringValue("300")
                        .build());
        fixture.send(event("good"));

        await().atMost(PATIENCE).until(() -> fixture.size(fixture.output) == 3 && fixture.size(fixture.input) == 0);
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void moreAttributesThanAMessageMayHaveOnTheWayOutDoNotHoldItUp() {
        fixture.sqs().sendMessage(message -> {
            Map<String, MessageAttributeValue> attributes = new TreeMap<>();
            for (int i = 0; i < 10; i++) {
                attributes.put("attribute-" + i, text("value"));
            }
            message.queueUrl(fixture.url(fixture.input))
                    .messageBody(event("many"))
                    .messageAttributes(attributes);
        });

        await().atMost(PATIENCE).until(() -> fixture.size(fixture.output) == 1 && fixture.size(fixture.input) == 0);
        assertThat(fixture.drain(fixture.output).get(0).messageAttributes()).containsKeys("dedupKey", "eventType");
    }

    private void sendWith(String attribute, String value) {
        sendWith(attribute, text(value));
    }

    private void sendWith(String attribute, MessageAttributeValue value) {
        fixture.sqs().sendMessage(message -> message.queueUrl(fixture.url(fixture.input))
                .messageBody(event(attribute + value.stringValue()))
                .messageAttributes(Map.of(attribute, value)));
    }

    private static MessageAttributeValue text(String value) {
        return MessageAttributeValue.builder()
                .dataType("String")
                .stringValue(value)
                .build();
    }

    private static String event(String name) {
        return "{\"detail-type\":\"hostile\",\"detail\":{\"name\":\"" + name + "\"}}";
    }
}
