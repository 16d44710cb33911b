package io.eventdedup.app;

import static org.awaitility.Awaitility.await;

import io.eventdedup.local.EmbeddedAws;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The packaged jar in a process of its own, in a directory without any file of the project, so that the copies in the jar
 * are used. Its output goes to a file in that directory.
 */
public final class RouteProcess implements AutoCloseable {

    /** Such a process lives for seconds. */
    private static final String STARTS_FAST = "-XX:TieredStopAtLevel=1";

    private final Process process;
    private final Path log;

    private RouteProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** Starts {@code java -jar event-dedup.jar ARGUMENTS} with the environment of the embedded AWS and these settings. */
    public static RouteProcess start(
            EmbeddedAws aws, Path directory, Map<String, String> environment, String... arguments) {
        List<String> command = new ArrayList<>(
                List.of(java(), "-Xmx256m", STARTS_FAST, "-XX:+UseSerialGC", "-jar", System.getProperty("jar.file")));
        command.addAll(List.of(arguments));
        return run(aws, directory, environment, command);
    }

    /** The local run with {@code -Dkeep}, and SQS at that port, once it has printed its table. */
    static RouteProcess keptLocalRun(
            EmbeddedAws aws, Path directory, Map<String, String> environment, int events, int sqsPort) {
        RouteProcess run = run(
                aws,
                directory,
                environment,
                List.of(
                        java(),
                        "-Xmx512m",
                        STARTS_FAST,
                        "-Dsqlite4java.library.path=" + System.getProperty("sqlite4java.library.path"),
                        "-Dkeep=true",
                        "-Dcount=" + events,
                        "-Dsqs.port=" + sqsPort,
                        "-cp",
                        System.getProperty("java.class.path"),
                        "io.eventdedup.local.LocalRun"));
        await().atMost(Duration.ofMinutes(2)).failFast(() -> !run.isAlive()).until(() -> run.output()
                .contains("Still up"));
        return run;
    }

    /** Starts any command with the environment of the embedded AWS and these settings. */
    static RouteProcess run(EmbeddedAws aws, Path directory, Map<String, String> environment, List<String> command) {
        try {
            Path log = Files.createTempFile(directory, "route", ".log");
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile());
            builder.environment()
                    .putAll(Map.of(
                            "AWS_ENDPOINT_URL_SQS",
                            aws.sqsEndpoint().toString(),
                            "AWS_ENDPOINT_URL_DYNAMODB",
                            aws.dynamoDbEndpoint().toString(),
                            "AWS_REGION",
                            EmbeddedAws.REGION,
                            "AWS_ACCESS_KEY_ID",
                            EmbeddedAws.ACCESS_KEY,
                            "AWS_SECRET_ACCESS_KEY",
                            EmbeddedAws.SECRET_KEY,
                            "DEDUP_HTTP_PORT",
                            "0"));
            builder.environment().putAll(environment);
            return new RouteProcess(builder.start(), log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The Java that runs the tests. */
    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** What the process has printed so far. */
    public String output() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public long pid() {
        return process.pid();
    }

    /** How many objects of each class a Java process has in its heap, after a collection. */
    public static Map<String, Long> instances(long pid) {
        return jcmd(pid, "GC.class_histogram")
                .map(line -> line.strip().split("\\s+"))
                .filter(columns -> columns.length >= 4 && columns[0].matches("\\d+:"))
                .collect(Collectors.toMap(
                        columns -> columns[3], columns -> Long.parseLong(columns[1]), (one, other) -> one + other));
    }

    /** What the JDK's diagnostic command prints about a Java process. */
    static Stream<String> jcmd(long pid, String command) {
        try {
            Process jcmd = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "jcmd")
                                    .toString(),
                            Long.toString(pid),
                            command)
                    .start();
            return new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** SIGTERM. */
    public void terminate() {
        process.destroy();
    }

    /** Waits for the end and returns the exit code. */
    public int exitCode() throws InterruptedException {
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new IllegalStateException("still running:\n" + output());
        }
        return process.exitValue();
    }

    /** SIGKILL. */
    @Override
    public void close() {
        process.destroyForcibly();
    }
}
