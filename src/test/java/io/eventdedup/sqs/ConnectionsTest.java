package io.eventdedup.sqs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventdedup.app.RouteFixture;
import io.eventdedup.local.EmbeddedAws;
import io.eventdedup.local.EmbeddedAwsExtension;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.sqs.SqsClient;

/** Whether two names are those of one queue. */
@ExtendWith(EmbeddedAwsExtension.class)
class ConnectionsTest {

    private final DedupSqsComponent component = new DedupSqsComponent();
    private RouteFixture fixture;
    private String output;

    @BeforeEach
    void createQueues(EmbeddedAws aws) {
        fixture = new RouteFixture(aws);
        component.setCamelContext(new DefaultCamelContext());
        component.setAmazonSQSClient(fixture.sqs());
        output = fixture.output;
    }

    @AfterEach
    void close() {
        component.stop();
        fixture.close();
    }

    @Test
    void theOutputQueueIsKnownHoweverItIsWritten() {
        assertThat(isOutput(fixture.output)).isTrue();
        assertThat(isOutput(fixture.url(fixture.output))).isTrue();
        assertThat(isOutput("arn:aws:sqs:eu-central-1:000000000000:" + fixture.output))
                .isTrue();
        assertThat(isOutput(fixture.deadLetters)).isFalse();
    }

    @Test
    void aQueueOfItsNameInAnotherAccountOrRegionIsAnother() {
        assertThat(isOutput("https://sqs.eu-central-1.amazonaws.com/222222222222/" + fixture.output))
                .isFalse();
        assertThat(isOutput("arn:aws:sqs:eu-central-1:222222222222:" + fixture.output))
                .isFalse();
        assertThat(isOutput("arn:aws:sqs:eu-west-1:000000000000:" + fixture.output))
                .isFalse();
    }

    @Test
    void aVpcEndpointIsAnotherWayToTheSameQueue() {
        output = "https://vpce-0a1b-c2d3.sqs.eu-central-1.vpce.amazonaws.com/123456789012/Events";

        assertThat(isOutput("arn:aws:sqs:eu-central-1:123456789012:Events")).isTrue();
        assertThat(isOutput("https://sqs.eu-central-1.amazonaws.com/123456789012/Events"))
                .isTrue();
    }

    @Test
    void theSameNameWithTheClientOfAnotherAccountIsAskedFor(EmbeddedAws aws) throws Exception {
        try (SqsClient other = aws.sqsClient()) {
            component.connections().use(other, QueueName.parse(fixture.url(fixture.output)));

            // here both accounts are one
            assertThat(isOutput(fixture.url(fixture.output))).isTrue();
        }
    }

    @Test
    void whileSqsCannotSayWhichQueueItIsNothingIsSent() {
        output = "http://127.0.0.1:1/elsewhere";

        assertThatThrownBy(() -> isOutput("elsewhere")).isInstanceOf(SendFailedException.class);
    }

    private boolean isOutput(String queue) {
        return component.connections().areOne(QueueName.parse(output), QueueName.parse(queue));
    }
}
