package io.eventdedup.sqs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.SendMessageRequest;

class FifoIdsTest {

    @Test
    void theDeduplicationIdOfAnEventIsItsKey() {
        SendMessageRequest sent = FifoIds.withIds(request("{}", "group", Map.of("dedupKey", text("abc"))));

        assertThat(sent.messageDeduplicationId()).isEqualTo("abc");
        assertThat(sent.messageGroupId()).isEqualTo("group");
    }

    @Test
    void theSameDeadLetterOfTheSameMessageHasTheSameId() {
        assertThat(letter("m1", "x").messageDeduplicationId())
                .isEqualTo(letter("m1", "x").messageDeduplicationId());
    }

    @Test
    void aDeadLetterThatFailedAgainAfterItWasSentBackIsAnother() {
        assertThat(letter("m2", "x").messageDeduplicationId())
                .isNotEqualTo(letter("m1", "x").messageDeduplicationId());
    }

    @Test
    void aGroupThatSqsWouldRefuseIsReplacedByItsHash() {
        assertThat(FifoIds.withIds(request("{}", "zwölf Bögen", Map.of())).messageGroupId())
                .matches("[0-9a-f]{64}");
        assertThat(FifoIds.withIds(request("{}", "g".repeat(129), Map.of())).messageGroupId())
                .matches("[0-9a-f]{64}");
    }

    private static SendMessageRequest letter(String source, String body) {
        return FifoIds.withIds(request(
                body,
                source,
                Map.of(
                        "dedupReason", text("FORWARD_REJECTED"),
                        "dedupKey", text("abc"),
                        "dedupSourceMessageId", text(source))));
    }

    private static SendMessageRequest request(
            String body, String group, Map<String, MessageAttributeValue> attributes) {
        return SendMessageRequest.builder()
                .messageBody(body)
                .messageGroupId(group)
                .messageAttributes(attributes)
                .build();
    }

    private static MessageAttributeValue text(String value) {
        return MessageAttributeValue.builder()
                .dataType("String")
                .stringValue(value)
                .build();
    }
}
