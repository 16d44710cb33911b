package io.eventdedup.sqs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QueueIdentityTest {

    @ParameterizedTest
    @CsvSource({
        "Events, arn:*:sqs:*:*:Events",
        "arn:aws:sqs:eu-west-1:123456789012:Events, arn:aws:sqs:eu-west-1:123456789012:Events",
        "arn:aws-cn:sqs:cn-north-1:123456789012:Events, arn:aws-cn:sqs:cn-north-1:123456789012:Events",
        "arn:aws-us-gov:sqs:us-gov-west-1:123456789012:Events, arn:aws-us-gov:sqs:us-gov-west-1:123456789012:Events",
        "https://sqs.eu-west-1.amazonaws.com/123456789012/Events, arn:aws:sqs:eu-west-1:123456789012:Events",
        "https:/sqs.eu-west-1.amazonaws.com/123456789012/Events, arn:aws:sqs:eu-west-1:123456789012:Events",
        "https://SQS.EU-WEST-1.AMAZONAWS.COM/123456789012/Events, arn:aws:sqs:eu-west-1:123456789012:Events",
        "https://sqs.cn-north-1.amazonaws.com.cn/123456789012/Events, arn:aws-cn:sqs:cn-north-1:123456789012:Events",
        "https://eu-west-1.queue.amazonaws.com/123456789012/Events, arn:aws:sqs:eu-west-1:123456789012:Events",
        "https://queue.amazonaws.com/123456789012/Events, arn:aws:sqs:us-east-1:123456789012:Events",
        "https://cn-north-1.queue.amazonaws.com.cn/123456789012/Events, arn:aws-cn:sqs:cn-north-1:123456789012:Events",
        "https://sqs-fips.us-east-1.amazonaws.com/123456789012/Events, arn:aws:sqs:us-east-1:123456789012:Events",
        "https://sqs.us-gov-east-1.amazonaws.com/123456789012/Events, arn:aws-us-gov:sqs:us-gov-east-1:123456789012:Events",
        "https://sqs.eu-west-1.api.aws/123456789012/Events, arn:aws:sqs:eu-west-1:123456789012:Events",
        "https://sqs-fips.us-east-1.api.aws/123456789012/Events, arn:aws:sqs:us-east-1:123456789012:Events",
        "https://sqs.cn-north-1.api.amazonwebservices.com.cn/123456789012/Events,"
                + " arn:aws-cn:sqs:cn-north-1:123456789012:Events",
        "https://sqs.us-iso-east-1.c2s.ic.gov/123456789012/Events, arn:aws-iso:sqs:us-iso-east-1:123456789012:Events",
        "https://vpce-0a1b-c2d3.sqs.us-east-1.vpce.amazonaws.com/123456789012/Events/,"
                + " arn:aws:sqs:us-east-1:123456789012:Events",
        "https://vpce-0a1b-c2d3-us-east-1a.sqs.us-east-1.vpce.amazonaws.com/123456789012/Events,"
                + " arn:aws:sqs:us-east-1:123456789012:Events",
        "http://127.0.0.1:9324/000000000000/Events, arn:*:sqs:*:*:Events",
        "http://localhost:9324/queue/Events, arn:*:sqs:*:*:Events",
        "http://localhost:9324/Events, arn:*:sqs:*:*:Events",
        "http://elasticmq:9324/123456789012/Events, arn:*:sqs:*:123456789012:Events",
        "http://sqs.eu-west-1.localhost.localstack.cloud:4566/000000000000/Events, arn:*:sqs:*:*:Events",
    })
    void aNameAUrlAndAnArnSayWhichQueueAsFarAsTheyCan(String text, String identity) {
        assertThat(QueueName.parse(text).identity()).hasToString(identity);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "arn:aws:sqs:cn-north-1:123456789012:Events",
                "arn:aws-cn:sqs:eu-west-1:123456789012:Events",
                "https://sqs.eu-west-1.amazonaws.com/"
            })
    void whatContradictsItselfOrNamesNoQueueIsRefused(String text) {
        assertThatThrownBy(() -> QueueName.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(text);
    }

    @Test
    void everyWayToWriteAQueueOfAwsInFullIsCertainlyTheSameQueue() {
        List<String> same = List.of(
                "arn:aws:sqs:us-east-1:123456789012:Events",
                "https://sqs.us-east-1.amazonaws.com/123456789012/Events",
                "https://queue.amazonaws.com/123456789012/Events",
                "https://sqs-fips.us-east-1.amazonaws.com/123456789012/Events",
                "https://vpce-0a1b-c2d3.sqs.us-east-1.vpce.amazonaws.com/123456789012/Events");

        assertThat(same).allSatisfy(one -> assertThat(same)
                .allMatch(other -> QueueName.parse(one).isCertainly(QueueName.parse(other))));
    }

    @Test
    void onlyWhatBothSayCanTellTwoQueuesApart() {
        QueueIdentity name = QueueName.parse("Events").identity();
        QueueIdentity url = QueueName.parse("https://sqs.eu-west-1.amazonaws.com/222222222222/Events")
                .identity();

        assertThat(name.mayBe(url)).isTrue();
        assertThat(QueueName.parse("Events").isCertainly(QueueName.parse("arn:aws:sqs:eu-west-1:222222222222:Events")))
                .isFalse();
        assertThat(name.mayBe(QueueName.parse("Others").identity())).isFalse();
        assertThat(url.mayBe(QueueName.parse("arn:aws:sqs:eu-west-2:222222222222:Events")
                        .identity()))
                .isFalse();
        assertThat(url.mayBe(QueueName.parse("arn:aws:sqs:eu-west-1:111111111111:Events")
                        .identity()))
                .isFalse();
    }
}
