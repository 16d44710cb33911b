package io.eventdedup.route;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.eventdedup.event.Outcome;
import io.eventdedup.event.TestDeliveries;
import io.eventdedup.local.LogLines;
import io.eventdedup.sqs.DedupSqsComponent;
import java.time.Clock;
import java.util.Map;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MonitorTest {

    private final DefaultCamelContext context = new DefaultCamelContext();
    private final OutcomeCounter outcomes = new OutcomeCounter(Clock.systemUTC(), Map::of);
    private final Monitor monitor = new Monitor(context, new DedupSqsComponent(), outcomes, new OutcomeLog(outcomes));
    private final LogLines log = new LogLines(Monitor.class, Level.INFO);

    @BeforeEach
    void start() {
        monitor.start();
    }

    @AfterEach
    void stopListening() {
        log.close();
    }

    @Test
    void oneLineTellsWhatCameSinceTheLastOne() {
        forward();
        forward();
        monitor.tell();
        forward();
        monitor.tell();

        assertThat(log.messages())
                .containsExactly(
                        "Last 60 s: 2 forwarded, 0 duplicates, 0 observed copies, 0 filtered, 0 dead letters, 0 returned",
                        "Last 60 s: 1 forwarded, 0 duplicates, 0 observed copies, 0 filtered, 0 dead letters, 0 returned");
    }

    @Test
    void withoutTrafficThereIsNoLine() {
        forward();
        monitor.tell();
        monitor.tell();

        assertThat(log.messages()).hasSize(1);
    }

    @Test
    void theLastLineTellsWhatCameSinceTheStart() {
        forward();
        monitor.tell();
        forward();
        monitor.stop();

        assertThat(log.messages())
                .last()
                .isEqualTo(
                        "Since the start: 2 forwarded, 0 duplicates, 0 observed copies, 0 filtered, 0 dead letters, 0 returned");
    }

    @Test
    void whileTheProcessWaitsForAwsItHasAProblem() {
        monitor.waitsFor("no answer");
        assertThat(monitor.problem()).contains("no answer");

        monitor.waitsFor(null);
        assertThat(monitor.problem()).isEmpty();
    }

    private void forward() {
        outcomes.ended(TestDeliveries.event("m"), Outcome.FORWARDED);
    }
}
