package io.eventdedup.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.eventdedup.local.EmbeddedAws;
import io.eventdedup.local.EmbeddedAwsExtension;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The page's JSON, in observe mode, and what it refuses. PageIT looks at the page itself. */
@ExtendWith(EmbeddedAwsExtension.class)
class PageTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int SECRET = 778_899;

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final ObjectMapper JSON = new ObjectMapper();

    private static RouteFixture fixture;
    private static int port;

    @BeforeAll
    static void start(EmbeddedAws aws) {
        port = EmbeddedAws.freePort();
        fixture = new RouteFixture(aws).with("dedup.mode", "observe").with("dedup.http.port", Integer.toString(port));
        fixture.startReplica();
    }

    @AfterAll
    static void stop() {
        fixture.close();
    }

    @Test
    void whatComesThroughIsToldWithoutItsContent() {
        fixture.send(event("a", SECRET));
        fixture.send(event("a", SECRET));
        fixture.send("not JSON " + SECRET);
        await().atMost(PATIENCE).until(() -> json("recent").size() == 3);

        JsonNode recent = json("recent");
        assertThat(recent.findValuesAsText("outcome"))
                .containsExactlyInAnyOrder("forwarded", "observed_copy", "dead_letter");
        JsonNode rule = json("rules").get("rules").findParents("rule").stream()
                .filter(row -> row.get("rule").asText().equals("*"))
                .findFirst()
                .orElseThrow();
        assertThat(rule.get("figures").get("events").asInt()).isEqualTo(2);
        assertThat(rule.get("figures").get("copies").asInt()).isOne();
        assertThat(json("dead-letters").get(0).get("reason").asText()).isEqualTo("INVALID_JSON");
        assertThat(json("state").get("problem").isNull()).isTrue();
        assertThat(json("state").get("observing").asBoolean()).isTrue();
        assertThat(json("state").get("lastWait").get("millis").asLong()).isNotNegative();
        assertThat(json("queues").get("queues").findValuesAsText("name"))
                .containsExactly(fixture.input, fixture.output, fixture.deadLetters);
        for (String answer : new String[] {"state", "queues", "rules", "rule-texts", "recent", "dead-letters"}) {
            assertThat(json(answer).toString()).as(answer).doesNotContain(Integer.toString(SECRET));
        }
    }

    @Test
    void onlyTheComparisonTakesABodyAndNoLongerOneThanTwoMebibytes() {
        assertThat(status("POST", "state", "{}")).isEqualTo(405);
        assertThat(status("DELETE", "recent", "")).isEqualTo(405);
        assertThat(status("POST", "compare", "{\"a\":\"" + "x".repeat((2 << 20) - 8) + "\"}"))
                .isEqualTo(200);
        assertThat(status("POST", "compare", "{\"a\":\"" + "x".repeat(2 << 20) + "\"}"))
                .isEqualTo(413);
        assertThat(status("POST", "compare", "{\"a\":")).isEqualTo(400);
        assertThat(status("POST", "compare", "")).isEqualTo(400);
        assertThat(status("POST", "compare", "[".repeat(100_000))).isEqualTo(400);
    }

    @Test
    void everyAnswerForbidsWhatIsNotThePagesOwn() {
        for (String path : new String[] {"", "/page.js", "/page.css", "/api/state", "/nothing"}) {
            HttpResponse<String> answer = answer(HttpRequest.newBuilder(uri(path)));
            assertThat(answer.headers().firstValue("Content-Security-Policy"))
                    .as(path)
                    .hasValueSatisfying(policy -> assertThat(policy)
                            .startsWith("default-src 'none'; ")
                            .contains("frame-ancestors 'none'")
                            .doesNotContain("unsafe", "http"));
            assertThat(answer.headers().firstValue("X-Content-Type-Options"))
                    .as(path)
                    .contains("nosniff");
            assertThat(answer.headers().firstValue("Cache-Control")).as(path).contains("no-store");
        }
    }

    @Test
    void otherSitesAreRefused() throws IOException {
        assertThat(answer(HttpRequest.newBuilder(uri("/api/state")).header("Origin", "http://evil.com"))
                        .statusCode())
                .isEqualTo(403);
        // the JDK's client lets nobody set the Host
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.getOutputStream()
                    .write("GET /dedup/api/recent HTTP/1.1\r\nHost: evil.com\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer).startsWith("HTTP/1.1 403 ").doesNotContain("messageId");
        }
    }

    @Test
    void thePageCanBeTurnedOff(EmbeddedAws aws) {
        int other = EmbeddedAws.freePort();
        try (RouteFixture without =
                new RouteFixture(aws).with("dedup.page", "false").with("dedup.http.port", Integer.toString(other))) {
            without.startReplica();
            assertThat(answer(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + other + "/dedup")))
                            .statusCode())
                    .isEqualTo(404);
        }
    }

    private static String event(String id, int secret) {
        return "{\"detail-type\":\"test.event\",\"detail\":{\"id\":\"%s\",\"secret\":%d}}".formatted(id, secret);
    }

    private static JsonNode json(String name) {
        HttpResponse<String> answer = answer(HttpRequest.newBuilder(uri("/api/" + name)));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        try {
            return JSON.readTree(answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int status(String method, String name, String body) {
        return answer(HttpRequest.newBuilder(uri("/api/" + name))
                        .header("Content-Type", "application/json")
                        .method(method, HttpRequest.BodyPublishers.ofString(body)))
                .statusCode();
    }

    private static URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + "/dedup" + path);
    }

    private static HttpResponse<String> answer(HttpRequest.Builder request) {
        try {
            return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
