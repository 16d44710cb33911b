package io.eventdedup.local;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EmbeddedAwsTest {

    @Test
    void bothServicesAnswerOverHttp() {
        try (EmbeddedAws aws = EmbeddedAws.start();
                var sqs = aws.sqsClient();
                var dynamoDb = aws.dynamoDbClient()) {
            String url = sqs.createQueue(queue -> queue.queueName("q")).queueUrl();
            sqs.sendMessage(message -> message.queueUrl(url).messageBody("hello"));

            assertThat(sqs.receiveMessage(receive -> receive.queueUrl(url)).messages())
                    .hasSize(1);
            assertThat(dynamoDb.listTables().tableNames()).isEmpty();
        }
    }
}
