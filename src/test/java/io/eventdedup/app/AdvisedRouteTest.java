package io.eventdedup.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.main.Main;
import org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The usual Camel unit test of a route: its input replaced, its ends mocked, its keys in memory, without any AWS. */
class AdvisedRouteTest {

    private static final String OUTPUT = "mock:dedup-sqs:processed-events";
    private static final String DEAD_LETTERS = "mock:dedup-sqs:dead-events";

    @TempDir
    Path directory;

    private Main main;

    @BeforeEach
    void createApplication() {
        main = new Main();
        main.addProperty("camel.main.name", "advised");
        main.addProperty("dedup.output-queue", "processed-events");
        main.addProperty("dedup.dead-letter-queue", "dead-events");
        main.bind("dedupRepository", MemoryIdempotentRepository.memoryIdempotentRepository(1000));
    }

    @AfterEach
    void stop() {
        main.stop();
    }

    @Test
    void eachEventComesToOneOfTheMockedEnds() throws Exception {
        start(EditedRoute.shipped());

        assertThat(send(Ends.event("one")).getException()).isNull();
        assertThat(send(Ends.event("one")).getException()).isNull();
        assertThat(send("no event").getException()).isNull();
        assertThat(send("[" + Ends.event("one") + "," + Ends.event("two") + "]").getException())
                .isNull();

        assertThat(mock(OUTPUT).getReceivedExchanges())
                .extracting(event -> event.getMessage().getBody(String.class))
                .containsExactly(Ends.event("one"), Ends.event("two"));
        assertThat(mock(DEAD_LETTERS).getReceivedExchanges()).singleElement().satisfies(letter -> {
            assertThat(letter.getMessage().getBody(String.class)).isEqualTo("no event");
            assertThat(letter.getMessage().getHeaders())
                    .containsEntry("dedupReason", "INVALID_JSON")
                    .containsKeys("dedupError", "dedupSourceMessageId", "dedupReceiveCount", "dedupFailedAt");
        });
    }

    @Test
    void anEventWhoseStepFailsComesBackToTheSenderAndCanBeSentAgain() throws Exception {
        start(EditedRoute.shipped().aboveTheSend("- to: {uri: 'mock:step'}"));
        mock("mock:step").whenExchangeReceived(1, exchange -> {
            throw new IllegalStateException("not this time");
        });

        assertThat(send(Ends.event("one")).getException()).isNotNull();
        assertThat(send(Ends.event("one")).getException()).isNull();

        assertThat(mock(OUTPUT).getReceivedExchanges()).hasSize(1);
        assertThat(mock(DEAD_LETTERS).getReceivedExchanges()).isEmpty();
    }

    @Test
    void anEventWhoseLastAttemptFailsComesToTheMockedDeadLetterQueue() throws Exception {
        main.addProperty("dedup.max-attempts", "1");
        start(EditedRoute.shipped()
                .aboveTheSend("- throwException: {exceptionType: java.io.IOException, message: no}"));

        assertThat(send(Ends.event("one")).getException()).isNull();

        assertThat(mock(OUTPUT).getReceivedExchanges()).isEmpty();
        assertThat(mock(DEAD_LETTERS).getReceivedExchanges()).singleElement().satisfies(letter -> assertThat(
                        letter.getMessage().getBody(String.class))
                .isEqualTo(Ends.event("one")));
    }

    private void start(EditedRoute route) throws Exception {
        main.configure().withRoutesIncludePattern(route.in(directory)).withAutoStartup(false);
        main.start();
        AdviceWith.adviceWith(main.getCamelContext(), "dedup", advice -> {
            advice.replaceFromWith("direct:in");
            advice.mockEndpointsAndSkip("dedup-sqs:*");
        });
        main.getCamelContext().getRouteController().startAllRoutes();
    }

    private Exchange send(String body) {
        CamelContext context = main.getCamelContext();
        return context.createProducerTemplate()
                .send("direct:in", exchange -> exchange.getMessage().setBody(body));
    }

    private MockEndpoint mock(String uri) {
        return main.getCamelContext().getEndpoint(uri, MockEndpoint.class);
    }
}
