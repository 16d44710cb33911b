package io.eventdedup.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.eventdedup.local.EmbeddedAws;
import io.eventdedup.local.EmbeddedAwsExtension;
import io.eventdedup.local.LogLines;
import io.eventdedup.route.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Pipelines with one table and different output queues drop each other's events, which nobody would see without being told. */
@ExtendWith(EmbeddedAwsExtension.class)
class SharedTableTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private RouteFixture fixture;
    private String other;

    @BeforeEach
    void createQueuesAndTable(EmbeddedAws aws) {
        fixture = new RouteFixture(aws);
        other = fixture.output + "-other";
        fixture.createQueue(other);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void aSecondOutputIsNamedByTheStartAndByCheck() {
        assertThat(warningsOfAStart()).isEmpty();
        assertThat(warningsOfAStart()).isEmpty();
        assertThat(check()).isEmpty();

        fixture.with("dedup.output-queue", other);

        assertThat(check()).singleElement().satisfies(this::namesBoth);
        assertThat(warningsOfAStart()).singleElement().satisfies(this::namesBoth);
    }

    @Test
    void anotherPrefixMakesOtherKeys() {
        assertThat(warningsOfAStart()).isEmpty();
        fixture.with("dedup.output-queue", other).with("dedup.key-prefix", "other/");

        assertThat(check()).isEmpty();
        assertThat(warningsOfAStart()).isEmpty();
        assertThat(check()).isEmpty();
    }

    private void namesBoth(String line) {
        assertThat(line)
                .contains("DynamoDB table " + fixture.table)
                .contains(":" + fixture.output)
                .contains(":" + other)
                .contains("dedup.key-prefix")
                .hasLineCount(1);
    }

    private List<String> warningsOfAStart() {
        try (LogLines log = LogLines.ofPackage("io.eventdedup.route.TableChecks", Level.DEBUG);
                DedupApplication replica = fixture.startReplica()) {
            await().atMost(PATIENCE).until(() -> !log.messages().isEmpty());
            assertThat(replica.camelContext().isStarted()).isTrue();
            return log.messages().stream()
                    .filter(line -> !line.contains("no other pipeline"))
                    .toList();
        }
    }

    private List<String> check() {
        try (BuiltRoutes routes = BuiltRoutes.of(fixture.settings(), DedupApplication.routes())) {
            return Installation.check(Settings.load(fixture.settings(), Map.of(), Path.of("")), routes.context())
                    .stream()
                    .map(CheckResult::text)
                    .filter(line -> line.contains("keys of the pipelines"))
                    .toList();
        }
    }
}
