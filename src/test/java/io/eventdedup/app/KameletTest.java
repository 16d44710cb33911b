package io.eventdedup.app;

import static io.eventdedup.app.Ends.event;
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
import java.util.stream.Stream;
import org.apache.camel.component.mock.MockEndpoint;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.sqs.model.Message;

/** The Kamelet {@code genesys-events-source} as the source of a user's own route. */
@ExtendWith(EmbeddedAwsExtension.class)
class KameletTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final String ROUTE = """
            - route:
                id: mine
                from:
                  uri: kamelet:genesys-events-source/%1$s?inputQueue=%2$s%3$s
                  steps:
                    - to: {uri: "mock:%1$s"}
            """;

    @TempDir
    Path directory;

    private RouteFixture fixture;
    private GuestEstate estate;

    @BeforeEach
    void createQueuesAndTable(EmbeddedAws aws) {
        fixture = new RouteFixture(aws).with("dedup.max-attempts", "2");
    }

    @AfterEach
    void close() {
        if (estate != null) {
            estate.close();
        }
        fixture.close();
    }

    @Test
    void eachNewEventComesToTheRouteOnce() throws IOException {
        start(ROUTE.formatted("genesys", fixture.input, ""));

        send(fixture.input, event("one"), event("one"), "[" + event("two") + "," + event("three") + "]", "no event");

        await().atMost(PATIENCE).until(() -> fixture.size(fixture.input) == 0);
        assertThat(bodiesOf("mock:genesys")).containsExactlyInAnyOrder(event("one"), event("two"), event("three"));
        assertThat(letters(fixture.deadLetters)).containsExactly(Map.entry("no event", "INVALID_JSON"));
    }

    @Test
    void anEventWhoseRouteFailsIsTriedAgainAndDeadLetteredInTheEnd() throws IOException {
        start(ROUTE.formatted("genesys", fixture.input, ""));
        MockEndpoint route = mock("mock:genesys");
        route.whenAnyExchangeReceived(exchange -> {
            if (exchange.getMessage().getBody(String.class).contains("bad")) {
                throw new IOException("no");
            }
        });

        send(fixture.input, event("bad"), event("good"));

        await().atMost(PATIENCE).until(() -> fixture.size(fixture.deadLetters) == 1);
        await().atMost(PATIENCE).until(() -> fixture.size(fixture.input) == 0);
        assertThat(bodiesOf("mock:genesys")).containsExactlyInAnyOrder(event("bad"), event("bad"), event("good"));
        assertThat(letters(fixture.deadLetters)).containsExactly(Map.entry(event("bad"), "ATTEMPTS_EXHAUSTED"));
    }

    @Test
    void twoSourcesInOneApplicationHaveTheirOwnQueuesAndKeys() throws IOException {
        String input = fixture.input + "-2";
        String deadLetters = fixture.deadLetters + "-2";
        Stream.of(input, deadLetters).forEach(fixture::createQueue);
        start(ROUTE.formatted("genesys", fixture.input, "")
                + ROUTE.formatted("other", input, "&deadLetterQueue=" + deadLetters + "&keyPrefix=other/")
                        .replace("id: mine", "id: also-mine"));

        send(fixture.input, event("one"), "no event");
        send(input, event("one"), "no event either");

        await().atMost(PATIENCE).until(() -> fixture.size(fixture.input) + fixture.size(input) == 0);
        assertThat(bodiesOf("mock:genesys")).containsExactly(event("one"));
        assertThat(bodiesOf("mock:other")).containsExactly(event("one"));
        assertThat(letters(fixture.deadLetters)).extracting(Map.Entry::getKey).containsExactly("no event");
        assertThat(letters(deadLetters)).extracting(Map.Entry::getKey).containsExactly("no event either");
    }

    private void start(String routes) throws IOException {
        Path file = Files.writeString(directory.resolve("mine.camel.yaml"), routes);
        estate = new GuestEstate(fixture).withRoutes("file:" + file).start();
    }

    private MockEndpoint mock(String uri) {
        return estate.context().getEndpoint(uri, MockEndpoint.class);
    }

    private List<String> bodiesOf(String mock) {
        return mock(mock).getReceivedExchanges().stream()
                .map(exchange -> exchange.getMessage().getBody(String.class))
                .toList();
    }

    private List<Map.Entry<String, String>> letters(String queue) {
        return fixture.drain(queue).stream()
                .map((Message letter) -> Map.entry(
                        letter.body(),
                        letter.messageAttributes().get("dedupReason").stringValue()))
                .toList();
    }

    private void send(String queue, String... bodies) {
        Stream.of(bodies).forEach(body -> fixture.sqs()
                .sendMessage(message -> message.queueUrl(fixture.url(queue)).messageBody(body)));
    }
}
