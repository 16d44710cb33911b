package io.eventdedup.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.eventdedup.app.RouteFixture;
import io.eventdedup.local.EmbeddedAws;
import io.eventdedup.local.EmbeddedAwsExtension;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A process that stands still for longer than its lease: another takes its work over, and it says so when it wakes up. */
@ExtendWith({EmbeddedAwsExtension.class, ChaosExtension.class})
class PauseIT {

    private static final String SLOW_STEP = "- delay: {constant: 3000}";

    /** Then the next events are in the step, and not in a call, which may fail after the pause and leave nothing to count. */
    private static final Duration INTO_THE_STEP = Duration.ofSeconds(1);

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    Path directory;

    @Test
    void theOverlapIsCountedAndNothingIsLost(EmbeddedAws aws, Report report) throws Exception {
        RouteVariant.write(directory, SLOW_STEP);
        try (RouteFixture fixture = new RouteFixture(aws)
                        .with("dedup.workers", "8")
                        .with("dedup.lease", "8s")
                        .with("dedup.visibility-timeout", "10s");
                ReplicaProcess paused = ReplicaProcess.start(aws, fixture, directory)) {
            Load load = Load.of(5, 60, 0.3);
            load.sendTo(fixture);
            await().atMost(PATIENCE).until(() -> fixture.size(fixture.output) > 0);
            Thread.sleep(INTO_THE_STEP.toMillis());
            paused.pause();

            try (ReplicaProcess other = ReplicaProcess.start(aws, fixture, directory)) {
                Ledger.awaitSettled(fixture);
                paused.resume();
                await().atMost(PATIENCE).until(() -> paused.metric("dedup_lease_lost_total") > 0);
                assertThat(other.metric("dedup_lease_lost_total")).isZero();
            }

            Ledger ledger = Ledger.whenSettled(fixture, load);
            report.add(
                    "SIGSTOP for longer than the lease",
                    ledger,
                    "%.0f overlaps counted".formatted(paused.metric("dedup_lease_lost_total")));
            assertThat(ledger.missing()).as("lost").isEmpty();
            assertThat(ledger.balance().holds()).as("%s", ledger.balance()).isTrue();
        }
    }
}
