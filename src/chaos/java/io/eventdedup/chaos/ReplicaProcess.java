package io.eventdedup.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventdedup.app.RouteFixture;
import io.eventdedup.app.RouteProcess;
import io.eventdedup.app.Scrape;
import io.eventdedup.local.EmbeddedAws;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.awaitility.Awaitility;

/** The packaged jar as a replica of a {@link RouteFixture}, in a process of its own. */
final class ReplicaProcess implements AutoCloseable {

    private final RouteProcess process;
    private final int port;

    private ReplicaProcess(RouteProcess process, int port) {
        this.process = process;
        this.port = port;
    }

    /**
     * Starts one, and waits until it polls.
     *
     * @param directory its working directory, with a route of its own in {@code routes/} or without
     */
    static ReplicaProcess start(EmbeddedAws aws, RouteFixture fixture, Path directory) {
        Map<String, String> environment = environment(fixture);
        int port = EmbeddedAws.freePort();
        environment.put(variable("dedup.http.port"), Integer.toString(port));
        ReplicaProcess replica = new ReplicaProcess(RouteProcess.start(aws, directory, environment), port);
        Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .failFast(() -> !replica.process.isAlive())
                .until(() -> replica.log().contains(" started: events from "));
        return replica;
    }

    /** The fixture's settings as a process takes them. */
    static Map<String, String> environment(RouteFixture fixture) {
        Map<String, String> environment = new HashMap<>();
        fixture.settings().forEach((name, value) -> environment.put(variable(name), value));
        return environment;
    }

    private static String variable(String setting) {
        return setting.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    String log() {
        return process.output();
    }

    /** SIGTERM. */
    void terminate() {
        process.terminate();
    }

    int exitCode() throws InterruptedException {
        return process.exitCode();
    }

    /** SIGSTOP: the process stands still, its clock and its connections do not. */
    void pause() {
        signal("STOP");
    }

    /** SIGCONT. */
    void resume() {
        signal("CONT");
    }

    private void signal(String name) {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The value of a metric, summed over its tags; 0 if it is not there. */
    double metric(String name) {
        return Scrape.of(port).sum(name).orElse(0);
    }

    /** SIGKILL. Its log may hold no content of an event. */
    @Override
    public void close() {
        process.close();
        assertThat(log()).doesNotContain(Load.CONTENT);
    }
}
