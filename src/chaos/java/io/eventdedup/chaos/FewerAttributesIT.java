package io.eventdedup.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.eventdedup.app.DedupApplication;
import io.eventdedup.app.Ends;
import io.eventdedup.app.RouteFixture;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * A body that fitted into the input queue may be too long for another one together with our attributes, which SQS counts. ElasticMQ
 * does not count them, so a proxy refuses what has a certain attribute.
 */
@ExtendWith(ChaosExtension.class)
@Execution(ExecutionMode.CONCURRENT)
class FewerAttributesIT {

    @Test
    void whatIsRefusedWithAllItsAttributesGoesWithFewer(ProxiedRoute route) {
        RouteFixture fixture = route.fixture;
        route.sqs.faults().injectFor("SendMessage", "eventType", Fault.CONTENT_REFUSED);
        route.sqs.faults().injectFor("SendMessage", "dedupFailedAt", Fault.CONTENT_REFUSED);
        DedupApplication replica = fixture.startReplica();
        fixture.send(Ends.event("a"));
        fixture.send("{\"no\":\"event\"}");

        await().atMost(Duration.ofSeconds(60)).until(() -> fixture.size(fixture.input) == 0);
        assertThat(fixture.drain(fixture.output))
                .singleElement()
                .satisfies(message -> assertThat(message.messageAttributes()).containsOnlyKeys("dedupKey"));
        assertThat(fixture.drain(fixture.deadLetters))
                .singleElement()
                .satisfies(message -> assertThat(message.messageAttributes()).containsOnlyKeys("dedupReason"));
        assertThat(refused(replica, "fewer_attributes")).isEqualTo(2);
        assertThat(refused(replica, "not_sent")).isZero();
    }

    private static double refused(DedupApplication replica, String then) {
        return replica.camelContext()
                .getRegistry()
                .findSingleByType(MeterRegistry.class)
                .get("dedup.sends.refused")
                .tag("then", then)
                .functionCounter()
                .count();
    }
}
