package io.eventdedup.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.eventdedup.local.EmbeddedAws;
import io.eventdedup.local.EmbeddedAwsExtension;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** {@code java -jar event-dedup.jar}, configured by environment variables alone. */
@ExtendWith(EmbeddedAwsExtension.class)
class JarIT {

    @TempDir
    Path directory;

    @Test
    void itRunsAgainstServersStartedElsewhereAndStopsCleanlyWhenToldTo(EmbeddedAws aws) throws Exception {
        try (RouteFixture fixture = new RouteFixture(aws);
                RouteProcess process = RouteProcess.start(
                        aws,
                        directory,
                        Map.of(
                                "DEDUP_INPUT_QUEUE", fixture.input,
                                "DEDUP_OUTPUT_QUEUE", fixture.output,
                                "DEDUP_DEAD_LETTER_QUEUE", fixture.deadLetters,
                                "DEDUP_TABLE", fixture.table))) {
            String event = "{\"detail-type\":\"test.event\",\"detail\":{\"n\":1}}";
            fixture.send(event);
            fixture.send(event);
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> fixture.size(fixture.output) == 1 && fixture.size(fixture.input) == 0);

            process.terminate();

            assertThat(process.exitCode()).as(process.output()).isEqualTo(143);
            assertThat(process.output()).doesNotContain("Exception");
        }
    }

    @Test
    void aSettingThatMakesNoSenseEndsItWithOneLineAndExitCode1(EmbeddedAws aws) throws Exception {
        try (RouteProcess process = RouteProcess.start(aws, directory, Map.of("DEDUP_LEASE", "1h"))) {
            assertThat(process.exitCode()).isEqualTo(1);
            assertThat(process.output().lines())
                    .singleElement()
                    .asString()
                    .startsWith("dedup.lease (1h) must be shorter than dedup.visibility-timeout");
        }
    }

    @Test
    void aMissingRuleFileEndsItWithOneLineAndExitCode1(EmbeddedAws aws) throws Exception {
        try (RouteProcess process = RouteProcess.start(aws, directory, Map.of("DEDUP_KEYS", "nowhere.yaml"))) {
            assertThat(process.exitCode()).isEqualTo(1);
            assertThat(process.output()).contains("nowhere.yaml").doesNotContain("\tat ");
        }
    }
}
