package example;

import static org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository.memoryIdempotentRepository;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.apache.camel.BindToRegistry;
import org.apache.camel.EndpointInject;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.main.MainConfigurationProperties;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.test.main.junit5.CamelMainTest;
import org.apache.camel.test.main.junit5.Configure;
import org.junit.jupiter.api.Test;

@CamelMainTest(
        replaceRouteFromWith = "dedup=direct:in",
        mockEndpointsAndSkip = "dedup-sqs:*",
        properties = {"dedup.output-queue=processed", "dedup.dead-letter-queue=dead"})
class DedupRouteTest {

    @BindToRegistry("dedupRepository")
    IdempotentRepository keys = memoryIdempotentRepository();

    @EndpointInject("direct:in")
    ProducerTemplate in;

    @EndpointInject("mock:dedup-sqs:processed")
    MockEndpoint processed;

    @EndpointInject("mock:dedup-sqs:dead")
    MockEndpoint dead;

    @Configure
    void configure(MainConfigurationProperties application) {
        application.setRoutesIncludePattern("file:routes/dedup.camel.yaml");
    }

    @Test
    void forwardsAnEventOnce() throws Exception {
        String event = "{\"detail-type\": \"order\", \"detail\": {\"id\": 1}}";
        processed.expectedBodiesReceived(event);
        dead.expectedMessageCount(0);

        in.sendBody(event);
        in.sendBody(event);

        MockEndpoint.assertIsSatisfied(processed, dead);
    }

    @Test
    void deadLettersWhatIsNoEvent() throws Exception {
        processed.expectedMessageCount(0);
        dead.expectedBodiesReceived("not an event");

        in.sendBody("not an event");

        MockEndpoint.assertIsSatisfied(processed, dead);
        assertEquals("INVALID_JSON", dead.getExchanges().get(0).getMessage().getHeader("dedupReason"));
    }
}
