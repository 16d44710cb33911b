package example;

import static org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository.memoryIdempotentRepository;

import java.util.Properties;
import org.apache.camel.BindToRegistry;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.test.junit5.CamelContextConfiguration;
import org.apache.camel.test.junit5.CamelTestSupport;
import org.apache.camel.test.junit5.TestExecutionConfiguration;
import org.junit.jupiter.api.Test;

class AdvisedDedupRouteTest extends CamelTestSupport {

    @BindToRegistry("dedupRepository")
    IdempotentRepository keys = memoryIdempotentRepository();

    @Override
    public void configureTest(TestExecutionConfiguration test) {
        super.configureTest(test);
        test.withUseAdviceWith(true);
    }

    @Override
    public void configureContext(CamelContextConfiguration context) {
        super.configureContext(context);
        Properties settings = new Properties();
        settings.setProperty("dedup.output-queue", "processed");
        context.withUseOverridePropertiesWithPropertiesComponent(settings);
    }

    @Test
    void forwardsAnEventOnce() throws Exception {
        PluginHelper.getRoutesLoader(context)
                .loadRoutes(PluginHelper.getResourceLoader(context).resolveResource("file:routes/dedup.camel.yaml"));
        AdviceWith.adviceWith(context, "dedup", route -> {
            route.replaceFromWith("direct:in");
            route.mockEndpointsAndSkip("dedup-sqs:*");
        });
        context.start();
        String event = "{\"detail-type\": \"order\", \"detail\": {\"id\": 1}}";
        MockEndpoint processed = getMockEndpoint("mock:dedup-sqs:processed");
        processed.expectedBodiesReceived(event);

        template.sendBody("direct:in", event);
        template.sendBody("direct:in", event);

        MockEndpoint.assertIsSatisfied(context);
    }
}
