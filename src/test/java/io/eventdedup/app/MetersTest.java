package io.eventdedup.app;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.eventdedup.dynamodb.DynamoDbIdempotentRepository;
import io.eventdedup.local.EmbeddedAws;
import io.eventdedup.local.EmbeddedAwsExtension;
import io.eventdedup.local.LogLines;
import io.eventdedup.route.DedupMeter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.service.ServiceHelper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The meters are there in whichever order an application starts, and each once. */
@ExtendWith(EmbeddedAwsExtension.class)
@Execution(ExecutionMode.CONCURRENT)
class MetersTest {

    /** Micrometer warns once only, then it says so at DEBUG. */
    private static final LogLines LOG = new LogLines(MeterRegistry.class, Level.DEBUG);

    private final MeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private RouteFixture fixture;

    @BeforeEach
    void createQueuesAndTable(EmbeddedAws aws) {
        fixture = new RouteFixture(aws);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @AfterAll
    static void stopListening() {
        LOG.close();
    }

    @Test
    void theRouteStartsByItself() {
        try (GuestEstate estate = estate()) {
            estate.start();

            assertAllMetersAreThere();
        }
    }

    @Test
    void theRouteIsStartedLater() throws Exception {
        try (GuestEstate estate = estate().with("camel.main.autoStartup", "false")) {
            estate.start();
            estate.context().getRouteController().startAllRoutes();

            assertAllMetersAreThere();
        }
    }

    @Test
    void theRouteIsAddedWhileTheApplicationRuns() throws Exception {
        try (GuestEstate estate = estate().withRoutes("classpath:camel/*.camel.yaml")) {
            estate.start();
            assertThat(names()).isEmpty();

            addRoute(estate.context());

            assertAllMetersAreThere();
        }
    }

    @Test
    void theRouteIsReloaded() throws Exception {
        try (GuestEstate estate = estate().with("camel.main.autoStartup", "false")) {
            estate.start();
            CamelContext context = estate.context();
            context.getRouteController().startAllRoutes();
            for (int i = 0; i < 2; i++) {
                context.getRouteController().stopRoute("dedup");
                context.removeRoute("dedup");
                addRoute(context);
                context.getRouteController().startAllRoutes();
            }

            assertThat(estate.isStarted("dedup")).isTrue();
            assertAllMetersAreThere();
        }
    }

    @Test
    void aSecondContextTakesTheGaugesOverFromTheFirst() {
        try (GuestEstate estate = estate()) {
            estate.start();
            assertAllMetersAreThere();
        }
        assertThat(registry.find(DedupMeter.GATE_CLOSED.id()).gauge()).isNull();
        assertThat(registry.find(DedupMeter.STEP_UNAVAILABLE.id()).gauge()).isNull();
        try (GuestEstate estate = estate()) {
            estate.start();

            assertAllMetersAreThere();
        }
    }

    @Test
    void aRepositoryThatIsMadeOnceMoreShowsItsConfirmsInThePlaceOfTheFirst() {
        try (GuestEstate estate = estate()) {
            estate.start();
            DynamoDbIdempotentRepository again = new DynamoDbIdempotentRepository(fixture.dynamoDb(), fixture.table);
            again.setCamelContext(estate.context());
            again.start();

            assertAllMetersAreThere();
        }
    }

    @Test
    void anApplicationThatDoesNotStartEndsCleanly() {
        LogLines ends = new LogLines(ServiceHelper.class, Level.WARN);
        GuestEstate estate = estate().with("camel.main.autoStartup", "false");
        estate.start();
        estate.close();

        assertThat(ends.messages()).isEmpty();
        ends.close();
    }

    private GuestEstate estate() {
        return new GuestEstate(fixture)
                .withBean("meters", registry)
                .withBean("queues", fixture.sqs())
                .withBean("tables", fixture.dynamoDb());
    }

    private static void addRoute(CamelContext context) throws Exception {
        PluginHelper.getRoutesLoader(context)
                .loadRoutes(PluginHelper.getResourceLoader(context)
                        .resolveResource(
                                "file:" + Path.of("routes/dedup.camel.yaml").toAbsolutePath()));
    }

    private void assertAllMetersAreThere() {
        assertThat(names())
                .containsAll(Stream.of(DedupMeter.values()).map(DedupMeter::id).toList());
        assertThat(registry.get(DedupMeter.GATE_CLOSED.id()).gauge().value()).isZero();
        assertThat(LOG.messages()).noneMatch(line -> line.contains("already registered"));
    }

    private List<String> names() {
        return registry.getMeters().stream()
                .map(Meter::getId)
                .map(Meter.Id::getName)
                .filter(name -> name.startsWith("dedup."))
                .distinct()
                .toList();
    }
}
