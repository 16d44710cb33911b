package io.eventdedup.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventdedup.app.RouteFixture;
import io.eventdedup.local.EmbeddedAws;
import io.eventdedup.local.EmbeddedAwsExtension;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.sqs.model.Message;

/**
 * Two replicas under load; one after the other is killed at a random moment and started again. Nothing is lost. What a
 * replica has sent and not yet confirmed when it dies goes out again, except into a FIFO queue.
 */
@ExtendWith({EmbeddedAwsExtension.class, ChaosExtension.class})
class KillIT {

    private static final long SEED = 42;
    private static final double COPIES = 0.3;
    private static final int WORKERS = 8;

    private static final int LONG_FORM_KILLS = Integer.getInteger("chaos.kills", 20);
    private static final int LONG_FORM_MESSAGES = 20_000;

    /** A confirm that takes longer is given up, and tried again in the background. */
    private static final Duration FORWARD_TO_CONFIRM = Duration.ofSeconds(6);

    /** A send that is on its way when its process is killed is accepted, and stamped, after the kill. */
    private static final Duration ON_ITS_WAY = Duration.ofSeconds(2);

    @TempDir
    Path directory;

    private final Random random = new Random(SEED);

    @Test
    void whatAKilledReplicaHadInHandGoesOutAtLeastOnce(EmbeddedAws aws, Report report) throws Exception {
        int kills = Form.choose(2, LONG_FORM_KILLS);
        try (RouteFixture fixture = new RouteFixture(aws)) {
            Load load = Load.of(SEED, Form.choose(600, LONG_FORM_MESSAGES), COPIES);

            List<Instant> killed = killUnder(load, kills, aws, fixture);

            Ledger ledger = Ledger.whenSettled(fixture, load);
            report.add(kills + " × kill -9, one of two replicas", ledger, "");
            assertBalanced(ledger);
            assertThat(ledger.forwardedTwice()).hasSizeLessThanOrEqualTo(kills * WORKERS);
            assertThat(ledger.forwardedTwice().values())
                    .allSatisfy(messages -> assertThat(isExplained(messages, killed))
                            .as("sent at %s, killed at %s", Ledger.sentAt(messages), killed)
                            .isTrue());
        }
    }

    @Test
    void whateverStepsTheRouteHas(EmbeddedAws aws, Report report) throws Exception {
        int kills = Form.choose(2, LONG_FORM_KILLS);
        try (RouteFixture fixture = new RouteFixture(aws);
                OwnSteps steps = OwnSteps.in(directory)) {
            Load load = Load.of(SEED, Form.choose(600, LONG_FORM_MESSAGES / 4), COPIES);

            List<Instant> killed = killUnder(load, kills, aws, fixture);

            Ledger ledger = Ledger.whenSettled(fixture, load);
            report.add(kills + " × kill -9, with split, http and seda in the route", ledger, "");
            assertBalanced(ledger);
            assertThat(steps.asked()).isPositive();
            assertThat(ledger.forwardedTwice().values())
                    .allSatisfy(messages -> assertThat(isExplained(messages, killed))
                            .as("sent at %s, killed at %s", Ledger.sentAt(messages), killed)
                            .isTrue());
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "chaos.form", matches = "long", disabledReason = "many processes")
    void andIntoAFifoQueueExactlyOnceWhateverStepsTheRouteHas(EmbeddedAws aws, Report report) throws Exception {
        try (RouteFixture fixture = new RouteFixture(aws);
                OwnSteps steps = OwnSteps.in(directory)) {
            String fifo = fixture.output + ".fifo";
            fixture.createQueue(fifo);
            fixture.with("dedup.output-queue", fifo);
            Load load = Load.of(SEED, LONG_FORM_MESSAGES / 4, COPIES);

            killUnder(load, LONG_FORM_KILLS, aws, fixture);

            Ledger ledger = Ledger.whenSettled(fixture, load);
            report.add(LONG_FORM_KILLS + " × kill -9, the same steps, FIFO output", ledger, "");
            assertBalanced(ledger);
            assertThat(steps.asked()).isPositive();
            assertThat(ledger.forwardedTwice()).isEmpty();
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "chaos.form", matches = "long", disabledReason = "many processes")
    void andIntoAFifoQueueExactlyOnce(EmbeddedAws aws, Report report) throws Exception {
        int kills = LONG_FORM_KILLS;
        try (RouteFixture fixture = new RouteFixture(aws)) {
            String fifo = fixture.output + ".fifo";
            fixture.createQueue(fifo);
            fixture.with("dedup.output-queue", fifo);
            Load load = Load.of(SEED, LONG_FORM_MESSAGES, COPIES);

            killUnder(load, kills, aws, fixture);

            Ledger ledger = Ledger.whenSettled(fixture, load);
            report.add(kills + " × kill -9, one of two replicas, FIFO output", ledger, "");
            assertBalanced(ledger);
            assertThat(ledger.forwardedTwice()).isEmpty();
        }
    }

    /** Sends the load in as many portions as there are kills, each followed by a kill while the replicas work on it. */
    private List<Instant> killUnder(Load load, int kills, EmbeddedAws aws, RouteFixture fixture) throws Exception {
        List<ReplicaProcess> replicas = new ArrayList<>();
        List<Instant> killed = new ArrayList<>();
        try {
            replicas.add(ReplicaProcess.start(aws, fixture, directory));
            replicas.add(ReplicaProcess.start(aws, fixture, directory));
            for (Load portion : load.portions(kills)) {
                portion.sendTo(fixture);
                Thread.sleep(random.nextInt(500));
                int victim = random.nextInt(replicas.size());
                replicas.get(victim).close();
                killed.add(Instant.now());
                replicas.set(victim, ReplicaProcess.start(aws, fixture, directory));
            }
            Ledger.awaitSettled(fixture);
            return killed;
        } finally {
            replicas.forEach(ReplicaProcess::close);
        }
    }

    private static void assertBalanced(Ledger ledger) {
        assertThat(ledger.missing()).as("lost").isEmpty();
        assertThat(ledger.balance().holds()).as("%s", ledger.balance()).isTrue();
        assertThat(ledger.deadLetters()).isEmpty();
    }

    /** Whether a kill lies between each sending and the next, soon enough after the first to have cost its confirm. */
    private static boolean isExplained(List<Message> messages, List<Instant> killed) {
        List<Instant> sent = Ledger.sentAt(messages);
        for (int i = 1; i < sent.size(); i++) {
            Instant before = sent.get(i - 1);
            Instant after = sent.get(i);
            if (killed.stream()
                    .noneMatch(kill -> !kill.isBefore(before.minus(ON_ITS_WAY))
                            && kill.isBefore(after)
                            && kill.isBefore(before.plus(FORWARD_TO_CONFIRM)))) {
                return false;
            }
        }
        return true;
    }
}
