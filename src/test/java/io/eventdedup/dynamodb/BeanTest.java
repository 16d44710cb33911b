package io.eventdedup.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventdedup.local.EmbeddedAws;
import io.eventdedup.local.EmbeddedAwsExtension;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The repository as a bean that others declare. */
@ExtendWith(EmbeddedAwsExtension.class)
class BeanTest {

    private static final String ROUTES = """
            - beans:
                - name: repository
                  type: io.eventdedup.dynamodb.DynamoDbIdempotentRepository
                  properties:
                    table: %s
                    window: 14d
                    lease: 20s
                    clockSkew: PT1.5S
                    cacheSize: 100
                    createTable: true
                    keyPrefix: "a/"
            - route:
                from:
                  uri: direct:in
                  steps:
                    - idempotentConsumer:
                        simple: ${header.key}
                        idempotentRepository: repository
                        steps:
                          - setHeader:
                              name: forwarded
                              constant: "yes"
            """;

    @Test
    void aYamlRouteDeclaresItWithPlainValues(EmbeddedAws aws) throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext();
                var client = aws.dynamoDbClient()) {
            context.getRegistry().bind("client", client);
            Resource routes = ResourceHelper.fromString("routes.yaml", ROUTES.formatted("bean-" + System.nanoTime()));
            PluginHelper.getRoutesLoader(context).loadRoutes(routes);
            context.start();
            DynamoDbIdempotentRepository repository =
                    context.getRegistry().lookupByNameAndType("repository", DynamoDbIdempotentRepository.class);

            assertThat(repository.getWindow()).isEqualTo(Duration.ofDays(14));
            assertThat(repository.getLease()).isEqualTo(Duration.ofSeconds(20));
            assertThat(repository.getClockSkew()).isEqualTo(Duration.ofMillis(1500));
            assertThat(repository.getCacheSize()).isEqualTo(100);
            var template = context.createProducerTemplate();
            var first = template.request(
                    "direct:in", exchange -> exchange.getMessage().setHeader("key", "k"));
            var second = template.request(
                    "direct:in", exchange -> exchange.getMessage().setHeader("key", "k"));
            assertThat(first.getMessage().getHeader("forwarded")).isEqualTo("yes");
            assertThat(second.getMessage().getHeader("forwarded")).isNull();
        }
    }

    @Test
    void camelToolsFindItsDescriptor() throws Exception {
        String path = "/META-INF/services/org/apache/camel/bean/DynamoDbIdempotentRepository.json";
        try (InputStream descriptor = DynamoDbIdempotentRepository.class.getResourceAsStream(path)) {
            assertThat(new String(descriptor.readAllBytes(), StandardCharsets.UTF_8))
                    .contains("\"interfaceType\": \"org.apache.camel.spi.IdempotentRepository\"")
                    .contains("\"window\"", "\"lease\"", "\"keyPrefix\"");
        }
    }

    @Test
    void camelConfiguresItWithoutReflection() throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            DynamoDbIdempotentRepository repository = new DynamoDbIdempotentRepository();

            boolean known = PluginHelper.getConfigurerResolver(context)
                    .resolvePropertyConfigurer(DynamoDbIdempotentRepository.class.getName(), context)
                    .configure(context, repository, "window", "5m", false);

            assertThat(known).isTrue();
            assertThat(repository.getWindow()).isEqualTo(Duration.ofMinutes(5));
        }
    }
}
