package io.eventdedup.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventKeyProcessorTest {

    private static final String CATCH_ALL = "- match: \"*\"\n  key: [/detail]\n";
    private static final String EVENT = "{\"detail-type\":\"a\",\"detail\":{\"x\":\"1\"}}";

    @TempDir
    Path directory;

    private final CamelContext context = new DefaultCamelContext();

    @AfterEach
    void stop() {
        context.stop();
    }

    @Test
    void theExchangeCarriesAllThatIsKnownOfTheEvent() throws Exception {
        Exchange exchange = process(
                processor("- match: a\n  key: [/detail/x]\n  window: 14d\n  group: /detail/x\n" + CATCH_ALL), EVENT);
        assertThat(exchange.getMessage().getBody()).isEqualTo(EVENT);
        assertThat(exchange.getProperty(EventKeyProcessor.KEY))
                .isEqualTo("6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b");
        assertThat(exchange.getProperty(EventKeyProcessor.WINDOW)).isEqualTo(Duration.ofDays(14));
        assertThat(exchange.getProperty(EventKeyProcessor.GROUP)).isEqualTo("1");
        assertThat(exchange.getProperty(EventKeyProcessor.RULE)).isEqualTo("a");
        assertThat(exchange.getProperty(EventKeyProcessor.EVENT_TYPE)).isEqualTo("a");
        assertThat(exchange.getProperty(EventKeyProcessor.KEY_FALLBACK)).isNull();
    }

    @Test
    void theFallbackIsToldToThoseWhoCountIt() throws Exception {
        Exchange exchange = process(processor("- match: a\n  key: [/detail/y]\n" + CATCH_ALL), EVENT);
        assertThat(exchange.getProperty(EventKeyProcessor.KEY_FALLBACK)).isEqualTo(true);
    }

    @Test
    void everyElementOfAnArrayIsKeyedAndABadOneFailsAlone() throws Exception {
        EventKeyProcessor processor = processor(CATCH_ALL);
        context.getRegistry().bind("eventSplitter", new EventSplitter());
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in")
                        .split()
                        .method("eventSplitter", "split")
                        .doTry()
                        .process(processor)
                        .to("mock:keyed")
                        .doCatch(UnusableEventException.class)
                        .to("mock:dead");
            }
        });
        context.start();
        MockEndpoint keyed = context.getEndpoint("mock:keyed", MockEndpoint.class);
        MockEndpoint dead = context.getEndpoint("mock:dead", MockEndpoint.class);
        keyed.expectedBodiesReceived(EVENT, EVENT.replace("1", "2"));
        dead.expectedBodiesReceived("{\"no\":\"event\"}");

        context.createProducerTemplate()
                .sendBody("direct:in", "[" + EVENT + ", {\"no\":\"event\"}, " + EVENT.replace("1", "2") + "]");

        keyed.assertIsSatisfied();
        dead.assertIsSatisfied();
    }

    @Test
    void anUnusableEventIsThrownWithItsReason() throws Exception {
        Exchange exchange = exchange("{\"Type\":\"Notification\",\"Message\":\"secret\"}");
        assertThatThrownBy(() -> processor(CATCH_ALL).process(exchange))
                .isInstanceOfSatisfying(UnusableEventException.class, e -> assertThat(e.reason())
                        .isEqualTo(UnusableReason.INVALID_JSON))
                .hasMessage("INVALID_JSON: not JSON at character 1");
        assertThat(exchange.getMessage().getBody()).isEqualTo("secret");
        assertThat(exchange.getProperty(EventKeyProcessor.KEY)).isNull();
    }

    @Test
    void anArrayThatWasNotSplitIsAMistakeInTheRoute() {
        assertThatThrownBy(() -> process(processor(CATCH_ALL), "[" + EVENT + "," + EVENT + "]"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the message holds 2 events; split it with EventSplitter before this step");
    }

    @Test
    void aMessageWithoutBodyIsUnusable() {
        assertThatThrownBy(() -> process(processor(CATCH_ALL), null)).isInstanceOf(UnusableEventException.class);
    }

    @Test
    void theWindowOfTheBeanIsTheDefaultOfItsRules() throws Exception {
        EventKeyProcessor processor = new EventKeyProcessor();
        processor.setKeys("classpath:META-INF/event-dedup/event-keys.yaml");
        processor.setWindow("90s");
        processor.init();
        assertThat(process(processor, EVENT).getProperty(EventKeyProcessor.WINDOW))
                .isEqualTo(Duration.ofSeconds(90));
    }

    @Test
    void withoutALocationTheFileOfTheWorkingDirectoryIsTaken() throws Exception {
        EventKeyProcessor processor = new EventKeyProcessor();
        processor.init();
        assertThat(process(processor, EVENT).getProperty(EventKeyProcessor.RULE))
                .isEqualTo("*");
    }

    @Test
    void aWrongRuleFileStopsTheStart() throws Exception {
        EventKeyProcessor processor = new EventKeyProcessor();
        processor.setKeys(file("- match: a\n").toString());
        assertThatThrownBy(processor::init).isInstanceOf(KeyRulesException.class);
    }

    @Test
    void replaysDropUnlessToldToPass() {
        EventKeyProcessor processor = new EventKeyProcessor();
        String replay = EVENT.replaceFirst("[{]", "{\"replay-name\":\"fix-1\",");
        processor.init();
        Object live = process(processor, EVENT).getProperty(EventKeyProcessor.KEY);

        assertThat(process(processor, replay).getProperty(EventKeyProcessor.KEY))
                .isEqualTo(live);
        processor.setReplays("pass");
        processor.init();
        assertThat(process(processor, replay).getProperty(EventKeyProcessor.KEY))
                .isNotEqualTo(live);
        assertThat(process(processor, EVENT).getProperty(EventKeyProcessor.KEY)).isEqualTo(live);
        assertThatThrownBy(() -> processor.setReplays("pas"))
                .hasMessage("dedup.replays is \"pas\"; it must be drop or pass");
    }

    @Test
    void withoutInitNothingIsKeyed() {
        assertThatThrownBy(() -> process(new EventKeyProcessor(), EVENT))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("no rules are loaded; add 'initMethod: init' to the bean");
    }

    @Test
    void reloadingTakesTheNewRulesUnlessTheyAreWrong() throws Exception {
        Path file = file(CATCH_ALL);
        EventKeyProcessor processor = new EventKeyProcessor();
        processor.setKeys(file.toString());
        processor.init();

        Files.writeString(file, "- match: a\n  key: [/detail/x]\n" + CATCH_ALL);
        processor.reload(loaded -> {});
        assertThat(process(processor, EVENT).getProperty(EventKeyProcessor.RULE))
                .isEqualTo("a");

        Files.writeString(file, CATCH_ALL);
        assertThatThrownBy(() -> processor.reload(loaded -> {
                    throw new IllegalArgumentException("not these");
                }))
                .hasMessage("not these");
        Files.writeString(file, "- match: a\n  kye: [/detail/x]\n" + CATCH_ALL);
        assertThatThrownBy(() -> processor.reload(loaded -> {})).isInstanceOf(KeyRulesException.class);
        assertThat(process(processor, EVENT).getProperty(EventKeyProcessor.RULE))
                .isEqualTo("a");
    }

    private EventKeyProcessor processor(String rules) throws Exception {
        return new EventKeyProcessor(KeyRules.load(file(rules), Duration.ofMinutes(5)));
    }

    private Path file(String rules) throws Exception {
        return Files.writeString(directory.resolve("rules.yaml"), rules);
    }

    private Exchange exchange(Object body) {
        Exchange exchange = new DefaultExchange(context);
        exchange.getMessage().setBody(body);
        return exchange;
    }

    private Exchange process(EventKeyProcessor processor, Object body) {
        Exchange exchange = exchange(body);
        processor.process(exchange);
        return exchange;
    }
}
