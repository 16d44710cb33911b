package io.eventdedup.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.eventdedup.app.EditedRoute;
import io.eventdedup.app.Ends;
import io.eventdedup.app.Ends.Ended;
import io.eventdedup.app.RouteFixture;
import io.eventdedup.local.EmbeddedAws;
import io.eventdedup.local.EmbeddedAwsExtension;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A step hands events over to another thread, which is done with them long before their own route is. The process keeps the leases
 * of all its events meanwhile, so that duplicates that reach another process are recognised.
 */
@ExtendWith(EmbeddedAwsExtension.class)
class HandOverIT {

    private static final List<String> EVENTS = List.of("handed-over", "other-1", "other-2", "other-3", "other-4");

    /** Longer than lease and clock skew together. */
    private static final String SLOW_STEP = "- delay: {constant: 6000}\n";

    @TempDir
    Path directory;

    /** @param handedOver what is in the events that are handed over */
    @ParameterizedTest
    @ValueSource(strings = {"detail", "handed-over"})
    void leasesAreRenewedWhileAHandedOverEventIsInFlight(String handedOver, EmbeddedAws aws) {
        try (RouteFixture fixture = new RouteFixture(aws)) {
            fixture.with("dedup.lease", "3s")
                    .with("dedup.clock-skew", "1s")
                    .with("dedup.visibility-timeout", "5s")
                    .startReplica(EditedRoute.shipped()
                            .aboveTheSend("- filter: {simple: \"${body} contains '%s'\", steps: [{to: 'seda:short'}]}\n"
                                            .formatted(handedOver)
                                    + SLOW_STEP)
                            .with("""
                                    - route:
                                        id: short
                                        routeConfigurationId: dedup
                                        from: {uri: "seda:short", steps: [{setProperty: {name: seen, constant: "yes"}}]}
                                    """)
                            .in(directory));
            EVENTS.forEach(name -> fixture.send(Ends.event(name)));
            await().atMost(Duration.ofSeconds(10)).until(() -> claims(fixture) == EVENTS.size());

            String other = fixture.input + "-2";
            fixture.createQueue(other);
            fixture.with("dedup.input-queue", other).startReplica();
            EVENTS.forEach(name -> fixture.sqs()
                    .sendMessage(send -> send.queueUrl(fixture.url(other)).messageBody(Ends.event(name))));

            Ends ends = new Ends(fixture);
            ends.await(() -> assertThat(fixture.size(fixture.input) + fixture.size(other))
                    .isZero());
            assertThat(ends.now()).isEqualTo(new Ended(EVENTS, List.of()));
        }
    }

    private static long claims(RouteFixture fixture) {
        return fixture.dynamoDb().scan(scan -> scan.tableName(fixture.table)).items().stream()
                .filter(row -> row.containsKey("owner"))
                .count();
    }
}
