package io.eventdedup.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.eventdedup.local.EmbeddedAws;
import io.eventdedup.local.EmbeddedAwsExtension;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What an operator's tools see over HTTP. */
@ExtendWith(EmbeddedAwsExtension.class)
class ObservabilityTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** A rule of this type takes three parts; this event lacks them. */
    private static final String EVENT_WITHOUT_ITS_KEY_PARTS =
            "{\"detail-type\":\"x.interaction.routing.update\",\"detail\":{\"a\":1}}";

    private static final Pattern EVENTS = Pattern.compile("dedup_events_total\\{(.*?)} (\\S+)");

    private final HttpClient http = HttpClient.newHttpClient();
    private int port;
    private RouteFixture fixture;
    private DedupApplication replica;

    @BeforeEach
    void start(EmbeddedAws aws) throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        fixture = new RouteFixture(aws).with("dedup.http.port", Integer.toString(port));
        replica = fixture.startReplica();
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void theProcessIsAliveAndReadyWhileItPolls() {
        assertThat(status("/observe/health")).isEqualTo(200);
        assertThat(status("/observe/health/live")).isEqualTo(200);
        assertThat(status("/observe/health/ready")).isEqualTo(200);
    }

    @Test
    void theProcessIsAliveButNotReadyWhileTheGateIsClosed() {
        fixture.deleteQueue(fixture.output);
        fixture.send(EVENT_WITHOUT_ITS_KEY_PARTS);

        await().atMost(PATIENCE).until(() -> status("/observe/health/ready") == 503);
        assertThat(status("/observe/health/live")).isEqualTo(200);
        assertThat(get("/observe/metrics").body()).contains("dedup_gate_closed 1.0");

        fixture.createQueue(fixture.output);
        await().atMost(PATIENCE).until(() -> status("/observe/health/ready") == 200);
        assertThat(get("/observe/metrics").body()).contains("dedup_gate_closed 0.0");
    }

    @Test
    void theMetricsAreThoseOfTheDocumentation() {
        fixture.send(EVENT_WITHOUT_ITS_KEY_PARTS);
        await().atMost(PATIENCE).until(() -> forwarded() == 1);

        TreeSet<String> names = new TreeSet<>();
        get("/observe/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("dedup_"))
                .forEach(line -> names.add(line.replaceAll("[{ ].*", "")));
        assertThat(names).isEqualTo(new TreeSet<>(MetricNames.ALL));
    }

    @Test
    void aKeyOfTheFallBackIsCountedWithItsRule() {
        fixture.send(EVENT_WITHOUT_ITS_KEY_PARTS);
        await().atMost(PATIENCE).until(() -> forwarded() == 1);

        assertThat(get("/observe/metrics").body())
                .contains("dedup_key_fallback_total{rule=\"*interaction.routing.update*\"} 1.0");
    }

    @Test
    void theCountersAddUpToWhatWasSent() {
        String event = "{\"detail-type\":\"test.event\",\"detail\":{\"n\":%d}}";
        for (int i = 0; i < 30; i++) {
            fixture.send(event.formatted(i % 10));
        }
        fixture.send("[" + event.formatted(1) + "," + event.formatted(100) + ",17]");
        fixture.send("not JSON");
        await().atMost(PATIENCE).until(() -> fixture.size(fixture.input) == 0);

        await().atMost(PATIENCE).untilAsserted(() -> {
            Map<String, Long> counted = events();
            assertThat(counted.get("forwarded")).isEqualTo(11);
            assertThat(counted.get("duplicate")).isEqualTo(21);
            assertThat(counted.get("dead_letter")).isEqualTo(2);
        });
    }

    private long forwarded() {
        return events().getOrDefault("forwarded", 0L);
    }

    /** Sums of {@code dedup.events} by outcome. */
    private Map<String, Long> events() {
        Map<String, Long> sums = new TreeMap<>();
        Matcher series = EVENTS.matcher(get("/observe/metrics").body());
        while (series.find()) {
            String outcome = series.group(1).replaceAll(".*outcome=\"(\\w+)\".*", "$1");
            sums.merge(outcome, (long) Double.parseDouble(series.group(2)), Long::sum);
        }
        return sums;
    }

    private int status(String path) {
        return get(path).statusCode();
    }

    private HttpResponse<String> get(String path) {
        try {
            return http.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IllegalStateException(path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(path, e);
        }
    }
}
