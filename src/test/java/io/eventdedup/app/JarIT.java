package io.eventdedup.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.WireMock;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import io.eventdedup.local.EmbeddedAws;
import io.eventdedup.local.EmbeddedAwsExtension;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
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
    void aFileOfSettingsWrittenOnWindowsCounts(EmbeddedAws aws) throws Exception {
        try (RouteFixture fixture = new RouteFixture(aws)) {
            String settings = "\uFEFFdedup.input-queue=%s\r\ndedup.output-queue={{env:NOT_SET_HERE:%s}}\r\n"
                            .formatted(fixture.input, fixture.output)
                    + "dedup.dead-letter-queue=%s\r\ndedup.table=%s\r\n".formatted(fixture.deadLetters, fixture.table);
            Files.writeString(directory.resolve("application.properties"), settings, StandardCharsets.UTF_16LE);
            try (RouteProcess process = RouteProcess.start(aws, directory, Map.of())) {
                fixture.send("{\"detail-type\":\"test.event\",\"detail\":{\"n\":1}}");

                await().atMost(Duration.ofSeconds(60))
                        .until(() -> !process.isAlive() || fixture.size(fixture.output) == 1);
                assertThat(process.isAlive()).as(process.output()).isTrue();
            }
        }
    }

    @Test
    void aProfileOfIamIdentityCenterWorks(EmbeddedAws aws) throws Exception {
        WireMockServer portal =
                new WireMockServer(WireMockConfiguration.options().dynamicPort());
        portal.start();
        portal.stubFor(WireMock.get(WireMock.urlPathEqualTo("/federation/credentials"))
                .willReturn(WireMock.okJson("{\"roleCredentials\":{\"accessKeyId\":\"a\",\"secretAccessKey\":\"b\","
                        + "\"sessionToken\":\"c\",\"expiration\":4070908800000}}")));
        // the name of the file is the SHA-1 of the session's name, corp
        Path token = directory.resolve(".aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json");
        Files.createDirectories(token.getParent());
        Files.writeString(token, "{\"accessToken\":\"t\",\"expiresAt\":\"2099-01-01T00:00:00Z\"}");
        Map<String, String> environment = new HashMap<>(Map.of(
                "HOME",
                directory.toString(),
                "AWS_CONFIG_FILE",
                Path.of("src/test/resources/aws/sso-config").toAbsolutePath().toString(),
                "AWS_PROFILE",
                "dev",
                "AWS_ENDPOINT_URL_SSO",
                portal.baseUrl(),
                // none, else they would come first
                "AWS_ACCESS_KEY_ID",
                "",
                "AWS_SECRET_ACCESS_KEY",
                ""));
        try (RouteFixture fixture = new RouteFixture(aws)) {
            environment.putAll(environment(fixture));
            try (RouteProcess process = RouteProcess.start(aws, directory, environment, "check")) {
                assertThat(process.exitCode()).as(process.output()).isZero();
            }
            portal.verify(WireMock.moreThanOrExactly(1), WireMock.anyRequestedFor(WireMock.anyUrl()));
        } finally {
            portal.stop();
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
                    .containsOnly("META-INF", "io", "kamelets");
        }
    }

    @Test
    void theLicenceIsInTheJarInThePomAndInTheLastLineOfTheReadme() throws IOException {
        try (JarFile jar = new JarFile(System.getProperty("jar.file"))) {
            assertThat(jar.getInputStream(jar.getEntry("META-INF/LICENSE")))
                    .asString(StandardCharsets.UTF_8)
                    .contains("Apache License", "Version 2.0, January 2004", "END OF TERMS AND CONDITIONS");
        }
        assertThat(Files.readString(Path.of("pom.xml"))).contains("<name>Apache-2.0</name>");
        assertThat(Files.readAllLines(Path.of("README.md"))).last().asString().contains("Apache-2.0");
    }
}
