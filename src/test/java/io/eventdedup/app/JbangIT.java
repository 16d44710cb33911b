package io.eventdedup.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.eventdedup.local.EmbeddedAws;
import io.eventdedup.local.EmbeddedAwsExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.camel.util.FileUtil;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** {@code camel run} with the route, the settings and the jar as a dependency. */
@ExtendWith(EmbeddedAwsExtension.class)
class JbangIT {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Path COMMAND_LINE = Path.of("src/test/jbang");
    private static final String VERSION = System.getProperty("project.version");

    @TempDir
    Path directory;

    @BeforeEach
    void copyWhatTheUserHas() throws IOException {
        Files.copy(Path.of("application.properties"), directory.resolve("application.properties"));
        Files.createDirectory(directory.resolve("routes"));
        for (String file : List.of("dedup.camel.yaml", "event-keys.yaml")) {
            Files.copy(Path.of("routes", file), directory.resolve("routes").resolve(file));
        }
    }

    @Test
    void theRouteRunsUnderCamelsCommandLine(EmbeddedAws aws) throws Exception {
        String artifact = "io.eventdedup:genesys-event-dedup:" + VERSION;
        List<String> command = List.of(
                RouteProcess.java(),
                "-cp",
                classPathOfTheCommandLine(),
                COMMAND_LINE.resolve("Camel.java").toAbsolutePath().toString(),
                "run",
                "routes/dedup.camel.yaml",
                "application.properties",
                "--dep=" + artifact,
                "--repo=" + repositoryWithTheJar().toUri(),
                "--kamelets-version=4.16.0");
        try (RouteFixture fixture = new RouteFixture(aws);
                RouteProcess process = RouteProcess.run(
                        aws,
                        directory,
                        Map.of(
                                "DEDUP_INPUT_QUEUE", fixture.input,
                                "DEDUP_OUTPUT_QUEUE", fixture.output,
                                "DEDUP_DEAD_LETTER_QUEUE", fixture.deadLetters,
                                "DEDUP_TABLE", fixture.table),
                        command)) {
            String event = "{\"detail-type\":\"test.event\",\"detail\":{\"n\":1}}";
            fixture.send(event);
            fixture.send(event);

            await().atMost(PATIENCE)
                    .until(() -> !process.isAlive()
                            || fixture.size(fixture.output) == 1 && fixture.size(fixture.input) == 0);
            assertThat(process.isAlive()).as(process.output()).isTrue();
            assertThat(process.output()).contains("Apache Camel 4.18.0");
        }
    }

    private String classPathOfTheCommandLine() throws IOException, InterruptedException {
        Path classPath = directory.resolve("classpath.txt");
        String maven = Path.of(System.getProperty("maven.home"), "bin", FileUtil.isWindows() ? "mvn.cmd" : "mvn")
                .toString();
        Process collect = new ProcessBuilder(
                        maven,
                        "-q",
                        "-B",
                        "-f",
                        COMMAND_LINE.resolve("pom.xml").toString(),
                        "dependency:build-classpath",
                        "-Dmdep.outputFile=" + classPath)
                .inheritIO()
                .start();
        assertThat(collect.waitFor(5, TimeUnit.MINUTES)).isTrue();
        assertThat(collect.exitValue()).isZero();
        return Files.readString(classPath);
    }

    /** As {@code mvn install} puts it, so that its dependencies are found too. */
    private Path repositoryWithTheJar() throws IOException {
        Path repository = directory.resolve("repository");
        Path artifact = Files.createDirectories(
                repository.resolve("io/eventdedup/genesys-event-dedup").resolve(VERSION));
        String name = "genesys-event-dedup-" + VERSION;
        Files.copy(Path.of(System.getProperty("jar.file")), artifact.resolve(name + ".jar"));
        Files.copy(Path.of("pom.xml"), artifact.resolve(name + ".pom"));
        return repository;
    }
}
