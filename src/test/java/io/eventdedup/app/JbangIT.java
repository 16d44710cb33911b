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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32;
import javax.tools.ToolProvider;
import org.apache.camel.util.FileUtil;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.sqs.model.Message;

/** {@code camel run} and {@code camel export} with the route, the settings and the jar as a dependency. */
@ExtendWith(EmbeddedAwsExtension.class)
class JbangIT {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Path COMMAND_LINE = Path.of("src/test/jbang");
    private static final String ROUTE = "routes/dedup.camel.yaml";
    private static final String RULES = "routes/event-keys.yaml";
    private static final String SETTINGS = "application.properties";
    private static final String VERSION = System.getProperty("project.version");

    /** A route of the user's, with queues whose names end in -2. */
    private static final String KAMELET_ROUTE = "routes/mine.camel.yaml";

    @TempDir
    static Path commandLine;

    @TempDir
    Path directory;

    @BeforeAll
    static void collectTheCommandLine() throws IOException, InterruptedException {
        maven(
                "-f",
                COMMAND_LINE.resolve("pom.xml").toString(),
                "dependency:build-classpath",
                "-Dmdep.outputFile=" + commandLine.resolve("classpath.txt"));
        compileCatalogWithoutKamelets();
        createRepositoryWithTheJar();
    }

    @BeforeEach
    void copyWhatTheUserHas() throws IOException {
        Files.copy(Path.of("application.properties"), directory.resolve("application.properties"));
        Files.createDirectory(directory.resolve("routes"));
        for (String file : List.of("dedup.camel.yaml", "event-keys.yaml")) {
            Files.copy(Path.of("routes", file), directory.resolve("routes").resolve(file));
        }
        Files.writeString(directory.resolve(KAMELET_ROUTE), """
                - route:
                    id: mine
                    from:
                      uri: kamelet:genesys-events-source/second
                      parameters:
                        inputQueue: "{{dedup.input-queue}}-2"
                        outputQueue: "{{dedup.output-queue}}-2"
                        keyPrefix: second/
                      steps:
                        - to:
                            uri: dedup-sqs:{{dedup.output-queue}}-2
                """);
    }

    @Test
    void theRouteAndTheKameletRunUnderCamelsCommandLine(EmbeddedAws aws) throws Exception {
        try (RouteFixture fixture = fixtureWithSecondQueues(aws);
                RouteProcess process = camel(aws, fixture, "run", ROUTE, KAMELET_ROUTE, SETTINGS)) {
            send(fixture, "", event(1), event(1));
            send(fixture, "-2", event(1), event(1), event(2));

            assertThat(forwarded(fixture, process)).containsExactly(event(1));
            assertThat(forwarded(fixture, "-2", process)).containsExactlyInAnyOrder(event(1), event(2));
            assertThat(process.output()).contains("Apache Camel 4.18.0");
        }
    }

    @Test
    void anEditedRouteBesideAnotherFileTakesOverAndPollsAlone(EmbeddedAws aws) throws Exception {
        Files.writeString(directory.resolve("routes/another.camel.yaml"), """
                - route:
                    id: another
                    from:
                      uri: direct:another
                      steps:
                        - to:
                            uri: dedup-sqs:{{dedup.output-queue}}
                """);
        try (RouteFixture fixture = new RouteFixture(aws);
                RouteProcess process =
                        camel(aws, fixture, "run", ROUTE, "routes/another.camel.yaml", SETTINGS, "--dev")) {
            fixture.send(event(1));
            assertThat(forwarded(fixture, process)).containsExactly(event(1));

            Path route = directory.resolve(ROUTE);
            Files.writeString(
                    route,
                    Files.readString(route)
                            .replaceFirst(
                                    "(?m)^( *)- to:\n *uri: dedup-sqs:\\{\\{dedup.output-queue}}",
                                    "$1- setBody: {constant: edited}\n$0"));
            AtomicInteger sent = new AtomicInteger(1);
            await().atMost(PATIENCE).until(() -> {
                fixture.send(event(sent.incrementAndGet()));
                return forwarded(fixture, process).contains("edited");
            });

            // what polls now is one
            fixture.send(event(sent.incrementAndGet()));
            assertThat(forwarded(fixture, process)).containsExactly("edited");
            assertThat(RouteProcess.instances(process.pid()))
                    .containsEntry("io.eventdedup.sqs.SqsCalls", 1L)
                    .containsEntry("io.eventdedup.route.EventRepository", 1L);
            // Camel holds on to what it has stopped; none of that polls
            assertThat(RouteProcess.jcmd(process.pid(), "Thread.print").filter(line -> line.contains("dedup-poller")))
                    .hasSize(2);
        }
    }

    /** Without AWS: neither a region nor credentials are needed. The built project runs where it finds no file of the user's. */
    @ParameterizedTest
    @ValueSource(strings = {"main", "spring-boot"})
    void anExportedProjectIsBuiltAndTakesTheRuleFileAlong(String runtime, EmbeddedAws aws) throws Exception {
        Files.writeString(directory.resolve(RULES), "- match: \"*\"\n  key: [/detail/kind]\n");
        Path exported = directory.resolve("exported");
        List<String> command = command(
                "export",
                ROUTE,
                KAMELET_ROUTE,
                RULES,
                SETTINGS,
                "--runtime=" + runtime,
                "--java-version=17",
                "--spring-boot-version=3.5.7",
                "--camel-spring-boot-version=4.18.0",
                "--gav=estate:exported:1",
                "--dir=" + exported);
        Path log = directory.resolve("export.log");
        ProcessBuilder export = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        export.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
        Process exporting = export.start();
        assertThat(exporting.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(exporting.exitValue()).as(Files.readString(log)).isZero();
        Path pom = exported.resolve("pom.xml");
        Files.writeString(pom, withoutKameletStarter(Files.readString(pom)));
        maven("-f", pom.toString(), "package", "-DskipTests");

        Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
        try (RouteFixture fixture = fixtureWithSecondQueues(aws);
                RouteProcess process = RouteProcess.run(
                        aws,
                        elsewhere,
                        environment(fixture),
                        List.of(
                                RouteProcess.java(),
                                "-XX:TieredStopAtLevel=1",
                                "-Dcamel.server.enabled=false",
                                "-jar",
                                exported.resolve("target/exported-1.jar").toString()))) {
            send(fixture, "", event(1), event(2));
            send(fixture, "-2", event(1), event(2));

            // one event, by the edited rules
            assertThat(forwarded(fixture, process)).hasSize(1);
            assertThat(forwarded(fixture, "-2", process)).hasSize(1);
        }
    }

    /** Not every mirror of Maven Central has the starter; without it the component has no options in application.properties. */
    private static String withoutKameletStarter(String pom) {
        return pom.replaceAll(
                "<groupId>org.apache.camel.springboot</groupId>(\\s*)<artifactId>camel-kamelet-starter</artifactId>",
                "<groupId>org.apache.camel</groupId>$1<artifactId>camel-kamelet</artifactId>$1<version>4.18.0</version>");
    }

    private static RouteFixture fixtureWithSecondQueues(EmbeddedAws aws) {
        RouteFixture fixture = new RouteFixture(aws);
        fixture.createQueue(fixture.input + "-2");
        fixture.createQueue(fixture.output + "-2");
        return fixture;
    }

    private static void send(RouteFixture fixture, String suffix, String... events) {
        for (String event : events) {
            fixture.sqs().sendMessage(message -> message.queueUrl(fixture.url(fixture.input + suffix))
                    .messageBody(event));
        }
    }

    private static String event(int n) {
        return "{\"detail-type\":\"test.event\",\"detail\":{\"kind\":\"k\",\"n\":" + n + "}}";
    }

    /** What is in the output queue once the input queue is empty. */
    private static List<String> forwarded(RouteFixture fixture, RouteProcess process) {
        return forwarded(fixture, "", process);
    }

    private static List<String> forwarded(RouteFixture fixture, String suffix, RouteProcess process) {
        String input = fixture.input + suffix;
        String output = fixture.output + suffix;
        await().atMost(PATIENCE)
                .until(() -> !process.isAlive() || fixture.size(output) > 0 && fixture.size(input) == 0);
        assertThat(process.isAlive()).as(process.output()).isTrue();
        return fixture.drain(output).stream().map(Message::body).toList();
    }

    private RouteProcess camel(EmbeddedAws aws, RouteFixture fixture, String... arguments)
            throws IOException, InterruptedException {
        return RouteProcess.run(aws, directory, environment(fixture), command(arguments));
    }

    private static Map<String, String> environment(RouteFixture fixture) {
        return Map.of(
                "DEDUP_INPUT_QUEUE", fixture.input,
                "DEDUP_OUTPUT_QUEUE", fixture.output,
                "DEDUP_DEAD_LETTER_QUEUE", fixture.deadLetters,
                "DEDUP_TABLE", fixture.table);
    }

    private static List<String> command(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                RouteProcess.java(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                Files.readString(commandLine.resolve("classpath.txt"))
                        + File.pathSeparator
                        + commandLine.resolve("catalog"),
                COMMAND_LINE.resolve("Camel.java").toAbsolutePath().toString()));
        command.addAll(List.of(arguments));
        command.addAll(List.of(
                "--dep=io.eventdedup:genesys-event-dedup:" + versionOfTheJar(),
                "--repo=" + commandLine.resolve("repository").toUri(),
                "--kamelets-version=4.16.0"));
        return command;
    }

    private static void compileCatalogWithoutKamelets() throws IOException {
        Path classes = Files.createDirectory(commandLine.resolve("catalog"));
        int result = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "-d",
                        classes.toString(),
                        COMMAND_LINE
                                .resolve("kamelets/org/apache/camel/kamelets/catalog/KameletsCatalog.java")
                                .toString());
        assertThat(result).isZero();
    }

    private static void maven(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("maven.home"), "bin", FileUtil.isWindows() ? "mvn.cmd" : "mvn")
                        .toString(),
                "-q",
                "-B"));
        command.addAll(List.of(arguments));
        Process running = new ProcessBuilder(command).inheritIO().start();
        assertThat(running.waitFor(5, TimeUnit.MINUTES)).isTrue();
        assertThat(running.exitValue()).isZero();
    }

    /** As {@code mvn install} puts it, so that its dependencies are found too. */
    private static void createRepositoryWithTheJar() throws IOException {
        String version = versionOfTheJar();
        Path artifact = Files.createDirectories(commandLine
                .resolve("repository/io/eventdedup/genesys-event-dedup")
                .resolve(version));
        String name = "genesys-event-dedup-" + version;
        Files.copy(Path.of(System.getProperty("jar.file")), artifact.resolve(name + ".jar"));
        Files.writeString(
                artifact.resolve(name + ".pom"),
                Files.readString(Path.of("pom.xml"))
                        .replaceFirst("<version>" + VERSION + "</version>", "<version>" + version + "</version>"));
    }

    /** Of its content, since the command line keeps what it has once downloaded. */
    private static String versionOfTheJar() throws IOException {
        CRC32 content = new CRC32();
        content.update(Files.readAllBytes(Path.of(System.getProperty("jar.file"))));
        return "0-" + Long.toHexString(content.getValue());
    }
}
