package io.eventdedup.route;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.util.List;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.OnExceptionDefinition;
import org.apache.camel.spi.Registry;
import org.apache.camel.support.DefaultRegistry;
import org.junit.jupiter.api.Test;

/**
 * Camel makes the redelivery policy of a handler from its texts again at every failure, and looks for the converter of each log
 * level among all that it has: most of the time that a failed event took.
 */
class DedupRouteConfigurationTest {

    @Test
    void noHandlerHasARedeliveryPolicyToBeReadAtEveryFailure() throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            context.addRoutesConfigurations(new DedupRouteConfiguration(null));

            List<OnExceptionDefinition> handlers = context.getRouteConfigurationDefinition(DedupRouteConfiguration.ID)
                    .getOnExceptions();

            assertThat(handlers).isNotEmpty().allSatisfy(handler -> assertThat(handler.getRedeliveryPolicyType())
                    .isNull());
        }
    }

    @Test
    void aContextThatIsMadeWithARegistryHasItAndTheParts() throws Exception {
        Registry registry = new DefaultRegistry();
        try (DefaultCamelContext context = new DefaultCamelContext(registry)) {
            context.start();

            assertThat(context.getRouteConfigurationDefinition(DedupRouteConfiguration.ID))
                    .isNotNull();
            assertThat(registry.lookupByName("dedupEvents")).isInstanceOf(Events.class);
        }
    }

    @Test
    void norHasOneInTheDocumentation() throws Exception {
        String yaml = RouteFileTest.yaml()
                .filter(block -> block.startsWith("- routeConfiguration:"))
                .findFirst()
                .orElseThrow();

        JsonNode configuration =
                new ObjectMapper(new YAMLFactory()).readTree(yaml).get(0).get("routeConfiguration");

        assertThat(configuration.get("onException")).isNotEmpty().allSatisfy(handler -> assertThat(
                        handler.get("onException").has("redeliveryPolicy"))
                .isFalse());
    }
}
