package io.eventdedup.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.eventdedup.app.RouteFixture;
import io.eventdedup.local.EmbeddedAws;
import io.eventdedup.local.EmbeddedAwsExtension;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** SIGTERM under load. */
@ExtendWith({EmbeddedAwsExtension.class, ChaosExtension.class})
class ShutdownIT {

    private static final Duration LIMIT = Duration.ofSeconds(25);

    /** Before its fifth delivery; well below the visibility of a message that nobody has given back. */
    private static final Duration LONGEST_WAIT_OF_A_COPY = Duration.ofSeconds(10);

    private static final String SLOW_STEP = "- delay: {constant: 300}";

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.3})
    void workInHandIsFinishedInTimeAndTheRestIsVisibleAgainAtOnce(double copies, EmbeddedAws aws, Report report)
            throws Exception {
        RouteVariant.write(directory, SLOW_STEP);
        try (RouteFixture fixture = new RouteFixture(aws)) {
            Load load = Load.of(3, 400, copies);
            load.sendTo(fixture);
            Duration took;
            try (ReplicaProcess replica = ReplicaProcess.start(aws, fixture, directory)) {
                await().atMost(Duration.ofMinutes(2)).until(() -> fixture.size(fixture.output) > 20);
                Instant told = Instant.now();
                replica.terminate();
                assertThat(replica.exitCode()).as(replica.log()).isEqualTo(143);
                took = Duration.between(told, Instant.now());
                assertThat(took).as(replica.log()).isLessThan(LIMIT);
            }

            if (copies == 0) {
                assertThat(invisible(fixture))
                        .as("messages that nobody works on and nobody can see")
                        .isZero();
            } else {
                await("only copies of events in flight stay invisible for a while")
                        .atMost(LONGEST_WAIT_OF_A_COPY)
                        .until(() -> invisible(fixture) == 0);
            }
            assertThat(fixture.size(fixture.input)).as("left to do").isPositive();

            fixture.startReplica();
            Ledger ledger = Ledger.whenSettled(fixture, load);
            report.add(
                    copies == 0 ? "SIGTERM under load, and a start" : "SIGTERM under load with copies, and a start",
                    ledger,
                    "stopped after %.1f s".formatted(took.toMillis() / 1000.0));
            assertThat(ledger.missing()).as("lost").isEmpty();
            assertThat(ledger.balance().holds()).as("%s", ledger.balance()).isTrue();
            assertThat(ledger.forwardedTwice()).isEmpty();
        }
    }

    private static int invisible(RouteFixture fixture) {
        return Integer.parseInt(fixture.sqs()
                .getQueueAttributes(request -> request.queueUrl(fixture.url(fixture.input))
                        .attributeNames(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE))
                .attributes()
                .get(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE));
    }
}
