package io.eventdedup.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.eventdedup.local.EmbeddedAws;
import io.eventdedup.local.EmbeddedAwsExtension;
import java.time.Duration;
import org.apache.camel.spi.RouteController;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The route is suspended and resumed, as an operator does by JMX. */
@ExtendWith(EmbeddedAwsExtension.class)
class SuspendTest {

    private static final int POLLERS = 2;

    /** Longer than a receive that was under way when the route was suspended. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Test
    void nobodyPollsMeanwhileAndAsManyAfterwardsAsBefore(EmbeddedAws aws) throws Exception {
        try (RouteFixture fixture = new RouteFixture(aws).with("dedup.pollers", Integer.toString(POLLERS))) {
            RouteController routes = fixture.startReplica().camelContext().getRouteController();
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(pollers()).isEqualTo(POLLERS));

            routes.suspendRoute("dedup");
            fixture.send("{\"detail-type\":\"test.event\",\"detail\":{\"n\":1}}");
            // sooner than a receive that is under way ends
            routes.resumeRoute("dedup");
            await().atMost(PATIENCE).until(() -> fixture.size(fixture.output) == 1);
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(pollers()).isEqualTo(POLLERS));

            routes.suspendRoute("dedup");
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(pollers()).isZero());
        }
    }

    private static long pollers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().contains("dedup-poller"))
                .count();
    }
}
