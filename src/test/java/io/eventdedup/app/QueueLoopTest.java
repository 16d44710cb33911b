package io.eventdedup.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventdedup.local.EmbeddedAws;
import io.eventdedup.local.EmbeddedAwsExtension;
import io.eventdedup.route.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BiFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Events must not be sent to the queue that they are taken from, however the two settings write it. */
@ExtendWith(EmbeddedAwsExtension.class)
class QueueLoopTest {

    /** Ways to write a queue of the embedded SQS. */
    enum Form {
        NAME((fixture, name) -> name),
        URL(RouteFixture::url),
        ARN((fixture, name) -> "arn:aws:sqs:eu-central-1:000000000000:" + name),
        ARN_OF_AN_ACCOUNT((fixture, name) -> "arn:aws:sqs:eu-central-1:123456789012:" + name);

        private final BiFunction<RouteFixture, String, String> text;

        Form(BiFunction<RouteFixture, String, String> text) {
            this.text = text;
        }
    }

    @TempDir
    Path directory;

    private RouteFixture fixture;

    @BeforeEach
    void createQueuesAndTable(EmbeddedAws aws) {
        fixture = new RouteFixture(aws);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @ParameterizedTest
    @EnumSource
    void theInputQueueIsNoOutputQueueHoweverItIsWritten(Form form) {
        fixture.with("dedup.output-queue", form.text.apply(fixture, fixture.input));

        assertRefusedByTheProcess("dedup.output-queue");
        assertRefusedByAnEstate();
    }

    @Test
    void theInputQueueIsNoDeadLetterQueue() {
        fixture.with("dedup.dead-letter-queue", Form.URL.text.apply(fixture, fixture.input));

        assertRefusedByTheProcess("dedup.dead-letter-queue");
        assertRefusedByAnEstate();
    }

    @ParameterizedTest
    @EnumSource(names = {"NAME", "ARN_OF_AN_ACCOUNT"})
    void aSecondRouteOnTheInputQueueIsRefusedHoweverItIsWritten(Form form) throws IOException {
        fixture.createQueue(fixture.output + "-2");
        fixture.createQueue(fixture.deadLetters + "-2");
        String second = Files.readString(Path.of("routes/dedup.camel.yaml"))
                .replace("id: dedup\n    description", "id: second\n    description")
                .replace(
                        "{{dedup.input-queue}}",
                        form.text.apply(fixture, fixture.input) + "?outputQueue=" + fixture.output
                                + "-2&deadLetterQueue=" + fixture.deadLetters + "-2")
                .replace("{{dedup.output-queue}}", fixture.output + "-2")
                .replace("{{dedup.dead-letter-queue}}", fixture.deadLetters + "-2");
        String routes = EditedRoute.shipped().with(second).in(directory);

        assertThatThrownBy(() -> fixture.startReplica(routes))
                .isInstanceOf(ConfigurationException.class)
                .message()
                .contains("The routes ", "dedup", "second", " both take events from the input queue ")
                .hasLineCount(1);
    }

    private void assertRefusedByTheProcess(String setting) {
        assertThatThrownBy(fixture::startReplica)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("come back for ever")
                .hasMessageContaining(setting);
    }

    private void assertRefusedByAnEstate() {
        fixture.send("{\"detail-type\":\"test.event\",\"detail\":{\"n\":1}}");

        assertThatThrownBy(() -> new GuestEstate(fixture).start()).hasStackTraceContaining("come back for ever");
        assertThat(fixture.size(fixture.input)).isEqualTo(1);
    }
}
