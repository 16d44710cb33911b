package io.eventdedup.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.eventdedup.local.EmbeddedAws;
import io.eventdedup.local.EmbeddedAwsExtension;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
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
                RouteProcess process = RouteProcess.start(aws, directory, environment(fixture))) {
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
                    .startsWith("DEDUP_LEASE: dedup.lease (1h) must be shorter than dedup.visibility-timeout");
        }
    }

    @Test
    void aMissingRuleFileEndsItWithOneLineAndExitCode1(EmbeddedAws aws) throws Exception {
        try (RouteProcess process = RouteProcess.start(aws, directory, Map.of("DEDUP_KEYS", "nowhere.yaml"))) {
            assertThat(process.exitCode()).isEqualTo(1);
            assertThat(process.output()).contains("nowhere.yaml").doesNotContain("\tat ");
        }
    }

    @Test
    void aComponentInTheFolderLibCanBeUsedInTheRoute(EmbeddedAws aws) throws Exception {
        Path lib = Files.createDirectory(directory.resolve("lib"));
        Path component = jarOfTheTests("camel-seda");
        Files.copy(component, lib.resolve(component.getFileName()));
        Path routes = Files.createDirectory(directory.resolve("routes"));
        String route = Files.readString(Path.of("routes/dedup.camel.yaml"));
        Files.writeString(
                routes.resolve("dedup.camel.yaml"),
                route.replace("dedup-sqs:{{dedup.output-queue}}", "seda:forward?waitForTaskToComplete=Always"));
        Files.writeString(routes.resolve("forward.camel.yaml"), """
                - route:
                    id: forward
                    from:
                      uri: seda:forward
                      steps:
                        - to:
                            uri: dedup-sqs:{{dedup.output-queue}}
                """);
        try (RouteFixture fixture = new RouteFixture(aws);
                RouteProcess process = RouteProcess.start(aws, directory, environment(fixture))) {
            fixture.send("{\"detail-type\":\"test.event\",\"detail\":{\"n\":1}}");

            await().atMost(Duration.ofSeconds(60))
                    .until(() -> !process.isAlive()
                            || fixture.size(fixture.output) == 1 && fixture.size(fixture.input) == 0);
            assertThat(process.isAlive()).as(process.output()).isTrue();
        }
    }

    /** A jar on the class path of the tests that the packaged process does not have. */
    private static Path jarOfTheTests(String artifact) {
        Path lib = Path.of(System.getProperty("jar.file")).resolveSibling("lib");
        Path jar = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .filter(file -> file.getFileName().toString().startsWith(artifact + "-"))
                .findFirst()
                .orElseThrow();
        assertThat(lib.resolve(jar.getFileName())).doesNotExist();
        return jar;
    }

    private static Map<String, String> environment(RouteFixture fixture) {
        return Map.of(
                "DEDUP_INPUT_QUEUE", fixture.input,
                "DEDUP_OUTPUT_QUEUE", fixture.output,
                "DEDUP_DEAD_LETTER_QUEUE", fixture.deadLetters,
                "DEDUP_TABLE", fixture.table);
    }

    @Test
    void theJarHasNothingAtItsRootThatAnApplicationCouldTakeForItsOwn() throws IOException {
        try (JarFile jar = new JarFile(System.getProperty("jar.file"))) {
            assertThat(jar.stream()
                            .map(JarEntry::getName)
                            .map(name -> name.substring(0, name.indexOf('/') < 0 ? name.length() : name.indexOf('/'))))
                    .containsOnly("META-INF", "io");
        }
    }
}
