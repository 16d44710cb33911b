package io.eventdedup.sqs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QueueNameTest {

    @ParameterizedTest
    @CsvSource({
        "Events.fifo, Events.fifo, , ",
        "arn:aws:sqs:eu-central-1:123456789012:Events.fifo, Events.fifo, 123456789012, ",
        "https://sqs.eu-central-1.amazonaws.com/123456789012/Events.fifo, Events.fifo, 123456789012,"
                + " https://sqs.eu-central-1.amazonaws.com/123456789012/Events.fifo",
        "http:/127.0.0.1:9324/000000000000/Events.fifo, Events.fifo, , http://127.0.0.1:9324/000000000000/Events.fifo",
    })
    void aQueueIsNamedByItsNameItsUrlOrItsArn(String text, String name, String account, String url) {
        QueueName queue = QueueName.parse(text);

        assertThat(queue.name()).isEqualTo(name);
        assertThat(queue.account()).isEqualTo(account);
        assertThat(queue.url()).isEqualTo(url);
        assertThat(queue.isFifo()).isTrue();
    }

    @Test
    void aNameWithoutTheSuffixIsNoFifoQueue() {
        assertThat(QueueName.parse("Events").isFifo()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "arn:aws:sns:eu-central-1:123456789012:topic", "arn:aws:sqs:Events"})
    void anythingElseIsRefused(String text) {
        assertThatThrownBy(() -> QueueName.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
