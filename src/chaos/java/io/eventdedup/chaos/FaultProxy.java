package io.eventdedup.chaos;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import com.github.tomakehurst.wiremock.extension.ResponseTransformerV2;
import com.github.tomakehurst.wiremock.extension.requestfilter.RequestFilterAction;
import com.github.tomakehurst.wiremock.extension.requestfilter.StubRequestFilterV2;
import com.github.tomakehurst.wiremock.http.Request;
import com.github.tomakehurst.wiremock.http.Response;
import com.github.tomakehurst.wiremock.stubbing.ServeEvent;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Stands between the route and a service of the embedded AWS, passes requests on, and lets some fail as real networks and
 * services do. It keeps a list of all requests.
 */
final class FaultProxy implements AutoCloseable {

    private static final String LOOPBACK = "127.0.0.1";
    private static final int THREADS = 128;
    private static final Duration LATE = Duration.ofSeconds(3);

    private final URI target;
    private final Faults faults;
    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private final Map<UUID, Fault> awaitingTheAnswer = new ConcurrentHashMap<>();
    private final int port;
    private WireMockServer server;

    /** A proxy on a free port. */
    FaultProxy(URI target, long seed) {
        this.target = target;
        faults = new Faults(seed);
        listen(0);
        port = server.port();
    }

    private void listen(int onPort) {
        server = new WireMockServer(WireMockConfiguration.options()
                .bindAddress(LOOPBACK)
                .port(onPort)
                .containerThreads(THREADS)
                .disableRequestJournal()
                .gzipDisabled(true)
                .extensions(new BeforeTheService(), new AfterTheService()));
        server.stubFor(any(anyUrl()).willReturn(aResponse().proxiedFrom(target.toString())));
        server.start();
    }

    URI endpoint() {
        return URI.create("http://" + LOOPBACK + ":" + port);
    }

    Faults faults() {
        return faults;
    }

    /** Every request so far, in the order of their arrival. */
    List<Call> calls() {
        return List.copyOf(calls);
    }

    /** From now on connections are refused. */
    void goDown() {
        server.stop();
    }

    /** Takes connections again. */
    void comeUp() {
        listen(port);
    }

    @Override
    public void close() {
        server.stop();
    }

    private static final String KMS_DENIED = "KMS.AccessDeniedException";
    private static final Pattern ENTRY_ID = Pattern.compile("\"Id\":\"(\\d+)\"");

    private static String operation(Request request) {
        String name = String.valueOf(request.getHeader("X-Amz-Target"));
        return name.substring(name.lastIndexOf('.') + 1);
    }

    /** Decides the fate of each request, and carries it out where the service is not to hear of it. */
    private final class BeforeTheService implements StubRequestFilterV2 {

        @Override
        public RequestFilterAction filter(Request request, ServeEvent event) {
            String operation = operation(request);
            Optional<Fault> fault = faults.draw(operation, request.getBodyAsString());
            boolean isRetry =
                    !String.valueOf(request.getHeader("amz-sdk-request")).startsWith("attempt=1");
            calls.add(new Call(Instant.now(), operation, isRetry, fault, Load.eventsIn(request.getBodyAsString())));
            if (fault.isEmpty()) {
                return RequestFilterAction.continueWith(request);
            }
            if (fault.get().reachesTheService()) {
                awaitingTheAnswer.put(event.getId(), fault.get());
                return RequestFilterAction.continueWith(request);
            }
            return RequestFilterAction.stopWith(answer(request, fault.get()).build());
        }

        private ResponseDefinitionBuilder answer(Request request, Fault fault) {
            boolean isDynamoDb =
                    String.valueOf(request.getHeader("X-Amz-Target")).startsWith("DynamoDB");
            return switch (fault) {
                case THROTTLED ->
                    error(
                            400,
                            isDynamoDb
                                    ? "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException"
                                    : "com.amazonaws.sqs#RequestThrottled");
                case DENIED ->
                    error(
                            isDynamoDb ? 400 : 403,
                            isDynamoDb ? "com.amazon.coral.service#AccessDeniedException" : "com.amazonaws.sqs#AccessDenied");
                case REFUSED -> error(400, "com.amazonaws.sqs#UnsupportedOperation");
                case CONTENT_REFUSED -> error(400, "com.amazonaws.sqs#InvalidMessageContents");
                case ENTRIES_FAILED -> entriesFailed(request.getBodyAsString(), "InternalError", false);
                // the code is in a header, as for all clients that AWS changed from its query protocol to JSON
                case KMS_DENIED ->
                    error(400, "com.amazonaws.sqs#KmsAccessDenied")
                            .withHeader("x-amzn-query-error", KMS_DENIED + ";Sender");
                case KMS_DENIED_FOR_ENTRIES -> entriesFailed(request.getBodyAsString(), KMS_DENIED, true);
                case SERVER_ERROR -> serverError(isDynamoDb);
                case LATE_SERVER_ERROR -> serverError(isDynamoDb).withFixedDelay((int) LATE.toMillis());
                default -> aResponse().withFault(com.github.tomakehurst.wiremock.http.Fault.CONNECTION_RESET_BY_PEER);
            };
        }

        private ResponseDefinitionBuilder serverError(boolean isDynamoDb) {
            return error(
                    500,
                    isDynamoDb
                            ? "com.amazonaws.dynamodb.v20120810#InternalServerError"
                            : "com.amazonaws.sqs#InternalFailure");
        }

        private ResponseDefinitionBuilder entriesFailed(String batch, String code, boolean senderFault) {
            String failed = ENTRY_ID
                    .matcher(batch)
                    .results()
                    .map(id -> "{\"Id\":\"%s\",\"Code\":\"%s\",\"SenderFault\":%b}"
                            .formatted(id.group(1), code, senderFault))
                    .collect(Collectors.joining(","));
            return aResponse()
                    .withHeader("Content-Type", "application/x-amz-json-1.0")
                    .withBody("{\"Successful\":[],\"Failed\":[" + failed + "]}");
        }

        private ResponseDefinitionBuilder error(int status, String type) {
            return aResponse()
                    .withStatus(status)
                    .withHeader("Content-Type", "application/x-amz-json-1.0")
                    .withBody("{\"__type\":\"" + type + "\",\"message\":\"made by the test\"}");
        }

        @Override
        public String getName() {
            return "before-the-service";
        }
    }

    /** Delays or drops the answers of requests that are to have this fate. */
    private final class AfterTheService implements ResponseTransformerV2 {

        @Override
        public Response transform(Response response, ServeEvent event) {
            Fault fault = awaitingTheAnswer.remove(event.getId());
            if (fault == null) {
                return response;
            }
            Response.Builder changed = Response.Builder.like(response).but();
            return fault == Fault.LATE_ANSWER
                    ? changed.incrementInitialDelay(LATE.toMillis()).build()
                    : changed.fault(com.github.tomakehurst.wiremock.http.Fault.EMPTY_RESPONSE)
                            .build();
        }

        @Override
        public String getName() {
            return "after-the-service";
        }
    }
}
