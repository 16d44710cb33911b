package io.eventdedup.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventdedup.app.Ends.Ended;
import io.eventdedup.local.EmbeddedAws;
import io.eventdedup.local.EmbeddedAwsExtension;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Times that no meter can take: an event ends as any other, and polling goes on. */
@ExtendWith(EmbeddedAwsExtension.class)
@Execution(ExecutionMode.CONCURRENT)
class OddTimesTest {

    private static final String LONG_AGO = "0001-01-01T00:00:00Z";
    private static final String FAR_OFF = "9999-12-31T23:59:59Z";

    @TempDir
    Path directory;

    private RouteFixture fixture;
    private Ends ends;

    @BeforeEach
    void createQueuesAndTable(EmbeddedAws aws) {
        fixture = new RouteFixture(aws);
        ends = new Ends(fixture);
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {LONG_AGO, FAR_OFF})
    void copiesOfAnEventWithAnOddTimeAreRecognised(String time) {
        DedupApplication replica = fixture.startReplica();
        for (int copy = 0; copy < 4; copy++) {
            fixture.send(event("odd", time));
        }

        ends.await(() -> assertThat(fixture.size(fixture.input)).isZero());
        assertThat(ends.now()).isEqualTo(new Ended(List.of("odd"), List.of()));
        assertThat(Counted.events(replica))
                .containsExactlyInAnyOrderEntriesOf(Map.of("forwarded", 1L, "duplicate", 3L));
    }

    @Test
    void eventsWithOddTimesThatAreSentByAnotherThreadDoNotStopTheProcess() {
        fixture.with("dedup.workers", "2")
                .startReplica(EditedRoute.shipped()
                        .insteadOfTheSend("- to: 'seda:sending'")
                        .with("""
                                - route:
                                    id: sending
                                    routeConfigurationId: dedup
                                    from: {uri: "seda:sending", steps: [{to: "dedup-sqs:{{dedup.output-queue}}"}]}
                                """)
                        .in(directory));
        fixture.send(event("odd-1", LONG_AGO));
        fixture.send(event("odd-2", FAR_OFF));
        ends.await(() -> assertThat(ends.now()).isEqualTo(new Ended(List.of("odd-1", "odd-2"), List.of())));

        fixture.send(Ends.event("next"));

        ends.await(() -> assertThat(ends.now()).isEqualTo(new Ended(List.of("next", "odd-1", "odd-2"), List.of())));
        ends.await(() -> assertThat(fixture.size(fixture.input)).isZero());
    }

    private static String event(String name, String time) {
        return Ends.event(name).replace("\"id\"", "\"time\":\"" + time + "\",\"id\"");
    }
}
