package io.eventdedup.sqs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FifoIdsTest {

    @Test
    void theDeduplicationIdOfAnEventIsItsKey() {
        assertThat(FifoIds.ofEvent("abc", "group", 0)).isEqualTo(new FifoIds("abc", "group"));
    }

    @Test
    void theSecondMessageThatAStepMakesOfAnEventIsNoCopyOfTheFirst() {
        assertThat(FifoIds.ofEvent("abc", "group", 1).deduplicationId()).isEqualTo("abc-2");
    }

    @Test
    void theSameDeadLetterOfTheSameMessageHasTheSameId() {
        assertThat(FifoIds.ofLetter("m1", "x", "g")).isEqualTo(FifoIds.ofLetter("m1", "x", "g"));
    }

    @Test
    void aDeadLetterThatFailedAgainAfterItWasSentBackIsAnother() {
        assertThat(FifoIds.ofLetter("m2", "x", "g").deduplicationId())
                .isNotEqualTo(FifoIds.ofLetter("m1", "x", "g").deduplicationId());
    }

    @Test
    void aGroupThatSqsWouldRefuseIsReplacedByItsHash() {
        assertThat(FifoIds.ofEvent("abc", "zwölf Bögen", 0).groupId()).matches("[0-9a-f]{64}");
        assertThat(FifoIds.ofEvent("abc", "g".repeat(129), 0).groupId()).matches("[0-9a-f]{64}");
    }
}
