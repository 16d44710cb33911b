package io.eventdedup.page;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import io.eventdedup.key.KeyExplanation;
import io.eventdedup.route.DedupParts;
import io.eventdedup.route.Monitor;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.main.ManagementHttpServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The page {@code /dedup} on the management port, and its JSON under {@code /dedup/api/}, described in src/docs/operations.md. No
 * request changes anything, and what is pasted into the page is not stored.
 */
public final class Page {

    private static final Logger LOG = LoggerFactory.getLogger(Page.class);

    private static final String PATH = "/dedup";
    private static final String API = PATH + "/api/";
    private static final String RESOURCES = "/META-INF/event-dedup/page/";
    private static final long MAX_BODY = 2 << 20;
    private static final int MAX_EVENTS = 20;

    private static final Map<String, String> HEADERS = Map.of(
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self';"
                    + " frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
            "Cross-Origin-Resource-Policy",
            "same-origin",
            "X-Content-Type-Options",
            "nosniff",
            "Referrer-Policy",
            "no-referrer",
            "Cache-Control",
            "no-store");

    private final ObjectMapper json =
            new ObjectMapper().registerModule(new SimpleModule().addSerializer(Instant.class, new EpochMillis()));
    private final DedupParts parts;

    private Page(DedupParts parts) {
        this.parts = parts;
    }

    /**
     * Serves the page of a started context, unless {@code dedup.page} is false or the context has no management server or no
     * {@code dedup-sqs} route. Call it before the routes start, or it misses their first events.
     *
     * @param version the version to show
     */
    public static void open(CamelContext context, String version) {
        DedupParts parts = DedupParts.of(context);
        ManagementHttpServer server = context.hasService(ManagementHttpServer.class);
        Optional<Monitor> monitor = parts.monitor();
        if (parts.settings().page() && server != null && monitor.isPresent()) {
            Activity activity = new Activity(Clock.systemUTC());
            monitor.get().tellOfEvents(activity);
            new Page(parts).serve(server.getRouter(), new Report(context, parts, monitor.get(), activity, version));
        }
    }

    private void serve(Router router, Report report) {
        router.route(PATH + "/*").handler(Page::guard).failureHandler(Page::failed);
        serve(router, PATH, "index.html", "text/html");
        serve(router, PATH + "/page.css", "page.css", "text/css");
        serve(router, PATH + "/page.js", "page.js", "text/javascript");
        answer(router, "state", report::state);
        answer(router, "queues", report::queues);
        answer(router, "rules", report::rules);
        answer(router, "rule-texts", report::ruleTexts);
        answer(router, "recent", report::recent);
        answer(router, "dead-letters", report::deadLetters);
        router.post(API + "compare")
                .consumes("application/json")
                .handler(BodyHandler.create(false).setBodyLimit(MAX_BODY))
                .blockingHandler(this::compare, false);
    }

    private static void guard(RoutingContext request) {
        HEADERS.forEach(request.response()::putHeader);
        // HTTP/2 has no header Host
        String host = Objects.toString(request.request().authority(), null);
        Optional<String> refusal = Origins.refusal(host, request.request().getHeader("Origin"));
        if (refusal.isPresent()) {
            send(request, 403, "text/plain", refusal.get().getBytes(StandardCharsets.UTF_8));
        } else {
            request.next();
        }
    }

    /** Logs only the class of the failure, because its message may quote what was pasted. */
    private static void failed(RoutingContext request) {
        boolean refused = request.statusCode() >= 400 && request.statusCode() < 500;
        if (!refused) {
            LOG.warn(
                    "The page /dedup could not answer a request: {}",
                    String.valueOf(request.failure()).split(":")[0]);
        }
        int status = refused ? request.statusCode() : 500;
        send(
                request,
                status,
                "text/plain",
                HttpResponseStatus.valueOf(status).reasonPhrase().getBytes(StandardCharsets.UTF_8));
    }

    private static void serve(Router router, String path, String file, String type) {
        router.get(path).blockingHandler(request -> send(request, 200, type, resource(file)), false);
    }

    private void answer(Router router, String name, Supplier<?> answer) {
        router.get(API + name).blockingHandler(request -> sendJson(request, 200, answer.get()), false);
    }

    private static final class EpochMillis extends JsonSerializer<Instant> {

        @Override
        public void serialize(Instant time, JsonGenerator json, SerializerProvider serializers) throws IOException {
            json.writeNumber(time.toEpochMilli());
        }
    }

    /** The body of a request to compare. */
    private record Bodies(String a, String b) {
        Bodies {
            a = a == null ? "" : a;
            b = b == null ? "" : b;
        }
    }

    /** Like the command {@code key}: explains the events in one body, or compares two events. */
    private void compare(RoutingContext request) {
        try {
            byte[] content = request.body().length() < 1
                    ? new byte[0]
                    : request.body().buffer().getBytes();
            Bodies bodies = json.readValue(content, Bodies.class);
            KeyExplanation explanation = new KeyExplanation(parts.rules());
            if (bodies.b().isBlank()) {
                List<List<KeyExplanation.Row>> events = explanation.rows(bodies.a());
                List<?> shown = events.subList(0, Math.min(events.size(), MAX_EVENTS));
                sendJson(request, 200, Map.of("found", events.size(), "events", shown));
            } else {
                sendJson(
                        request,
                        200,
                        explanation.compare(explanation.only("A", bodies.a()), explanation.only("B", bodies.b())));
            }
        } catch (IOException noJson) {
            sendJson(request, 400, Map.of("error", "send {\"a\": \"…\", \"b\": \"…\"}; b may be empty"));
        } catch (IllegalArgumentException noEvent) {
            sendJson(request, 400, Map.of("error", noEvent.getMessage()));
        }
    }

    private void sendJson(RoutingContext request, int status, Object answer) {
        try {
            send(request, status, "application/json", json.writeValueAsBytes(answer));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write JSON for " + answer.getClass(), e);
        }
    }

    private static void send(RoutingContext request, int status, String type, byte[] content) {
        request.response()
                .setStatusCode(status)
                .putHeader("Content-Type", type + "; charset=utf-8")
                .end(Buffer.buffer(content));
    }

    private static byte[] resource(String file) {
        try (InputStream in = Page.class.getResourceAsStream(RESOURCES + file)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
