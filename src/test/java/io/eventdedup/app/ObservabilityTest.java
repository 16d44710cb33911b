package io.eventdedup.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.eventdedup.event.Copy;
import io.eventdedup.event.Outcome;
import io.eventdedup.key.KeyRules;
import io.eventdedup.local.EmbeddedAws;
import io.eventdedup.local.EmbeddedAwsExtension;
import io.eventdedup.route.DedupMeter;
import io.eventdedup.route.DedupParts;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What an operator's tools see over HTTP. */
@ExtendWith(EmbeddedAwsExtension.class)
class ObservabilityTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** A rule of this type takes three parts; this event lacks them. */
    private static final String EVENT_WITHOUT_ITS_KEY_PARTS =
            "{\"detail-type\":\"x.interaction.routing.update\",\"detail\":{\"a\":1}}";

    /** The id of the shipped route. */
    private static final String PIPELINE = "pipeline=\"dedup\"";

    private static final Pattern EVENTS = Pattern.compile("dedup_events_total\\{(.*?)} (\\S+)");

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private int port;
    private Path rules;
    private RouteFixture fixture;
    private DedupApplication replica;

    @BeforeEach
    void start(EmbeddedAws aws, @TempDir Path directory) throws IOException {
        rules = directory.resolve("event-keys.yaml");
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Files.copy(Path.of("routes/event-keys.yaml"), rules);
        fixture = new RouteFixture(aws)
                .with("dedup.http.port", Integer.toString(port))
                .with("dedup.keys", rules.toString());
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
        assertThat(Scrape.of(port).sum("dedup_gate_closed", PIPELINE)).hasValue(1);

        fixture.createQueue(fixture.output);
        await().atMost(PATIENCE).until(() -> status("/observe/health/ready") == 200);
        assertThat(Scrape.of(port).sum("dedup_gate_closed", PIPELINE)).hasValue(0);
    }

    @Test
    void theMetricsAreThoseOfTheDocumentation() {
        fixture.send(EVENT_WITHOUT_ITS_KEY_PARTS);
        await().atMost(PATIENCE).until(() -> forwarded() == 1);

        assertThat(Scrape.of(port).names()).isEqualTo(MetricNames.ALL);

        MeterRegistry registry = replica.camelContext().getRegistry().findSingleByType(MeterRegistry.class);
        assertThat(registry.getMeters().stream().map(Meter::getId).filter(id -> id.getName()
                        .startsWith("dedup.")))
                .allSatisfy(id -> {
                    DedupMeter meter = Stream.of(DedupMeter.values())
                            .filter(declared -> declared.id().equals(id.getName()))
                            .findFirst()
                            .orElseThrow();
                    assertThat(id.getDescription()).isEqualTo(meter.meaning());
                    assertThat(id.getTags()).extracting(Tag::getKey).containsExactlyInAnyOrderElementsOf(meter.tags());
                });
    }

    @Test
    void theSeriesOfEveryRuleBeginAtZeroAlsoAfterAReload() throws IOException {
        Scrape first = Scrape.of(port);
        Map<String, Duration> windows =
                KeyRules.load(rules, Duration.ofMinutes(5)).windows();
        assertThat(windows).hasSizeGreaterThan(100);
        assertThat(windows.keySet()).allSatisfy(name -> assertSeriesBeginAtZero(name, first));
        assertThat(first.sum("dedup_events_total", PIPELINE, "outcome=\"dead_letter\"", "rule=\"none\""))
                .hasValue(0);
        assertThat(first.sum("dedup_gate_closed", PIPELINE)).hasValue(0);
        assertThat(first.sum("dedup_step_unavailable", PIPELINE, "step=\"any\""))
                .hasValue(0);
        assertThat(first.sum("dedup_event_age_seconds_count", PIPELINE)).hasValue(0);
        String rule = "v2.users.{id}.presence";
        assertThat(Scrape.of(port).sum("dedup_rule_window_seconds", "rule=\"" + rule + "\""))
                .hasValue(14 * 86400);

        Files.writeString(
                rules, "- match: my.type\n  key: [/detail/id]\n  window: 7d\n- match: \"*\"\n  key: [/detail]\n");
        DedupParts.of(replica.camelContext()).reloadRules();

        assertSeriesBeginAtZero("my.type", Scrape.of(port));
        assertThat(Scrape.of(port).sum("dedup_rule_window_seconds", "rule=\"my.type\""))
                .hasValue(7 * 86400);
        assertThat(Scrape.of(port).sum("dedup_rule_window_seconds", "rule=\"" + rule + "\""))
                .isEmpty();
    }

    private static void assertSeriesBeginAtZero(String name, Scrape scrape) {
        String rule = "rule=\"" + name + "\"";
        for (Outcome outcome : Outcome.values()) {
            assertThat(scrape.sum("dedup_events_total", PIPELINE, "outcome=\"" + outcome.label() + "\"", rule))
                    .hasValue(0);
        }
        for (Copy.Content content : Copy.Content.values()) {
            assertThat(scrape.sum("dedup_copies_total", PIPELINE, "content=\"" + content.label() + "\"", rule))
                    .hasValue(0);
        }
        assertThat(scrape.sum("dedup_copies_difference_total", PIPELINE, "field=\"other\"", rule))
                .hasValue(0);
        assertThat(scrape.sum("dedup_key_fallback_total", PIPELINE, rule)).hasValue(0);
        assertThat(scrape.sum("dedup_copy_gap_seconds_bucket", PIPELINE, "le=\"+Inf\"", rule))
                .hasValue(0);
    }

    @Test
    void aKeyOfTheFallBackIsCountedWithItsRule() {
        fixture.send(EVENT_WITHOUT_ITS_KEY_PARTS);
        await().atMost(PATIENCE).until(() -> forwarded() == 1);

        assertThat(Scrape.of(port).sum("dedup_key_fallback_total", PIPELINE, "rule=\"*interaction.routing.update*\""))
                .hasValue(1);
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
