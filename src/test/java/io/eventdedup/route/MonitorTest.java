package io.eventdedup.route;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.eventdedup.local.LogLines;
import io.eventdedup.sqs.Gate;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MonitorTest {

    private final OutcomeCounter outcomes = new OutcomeCounter();
    private final Monitor monitor = new Monitor();
    private final LogLines log = new LogLines(Monitor.class, Level.INFO);

    @BeforeEach
    void giveItOutcomes() {
        monitor.setOutcomes(outcomes);
    }

    @AfterEach
    void stopListening() {
        log.close();
    }

    @Test
    void oneLineTellsWhatCameSinceTheLastOne() {
        forward();
        forward();
        monitor.tell();
        forward();
        monitor.tell();

        assertThat(log.messages())
                .containsExactly(
                        "Last 60 s: 2 forwarded, 0 duplicates, 0 dead letters, 0 returned",
                        "Last 60 s: 1 forwarded, 0 duplicates, 0 dead letters, 0 returned");
    }

    @Test
    void withoutTrafficThereIsNoLine() {
        forward();
        monitor.tell();
        monitor.tell();

        assertThat(log.messages()).hasSize(1);
    }

    @Test
    void theLastLineTellsWhatCameSinceTheStart() {
        forward();
        monitor.tell();
        forward();
        monitor.close();

        assertThat(log.messages())
                .last()
                .isEqualTo("Since the start: 2 forwarded, 0 duplicates, 0 dead letters, 0 returned");
    }

    @Test
    void theGaugeShowsTheGateOfTheMonitorThatRuns() throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            SimpleMeterRegistry registry = new SimpleMeterRegistry();
            context.getRegistry().bind("registry", registry);
            context.start();
            Gate gate = new Gate();
            watch(gate, context, monitor);
            assertThat(registry.get(Monitor.GATE_CLOSED).gauge().value()).isZero();

            monitor.close();
            assertThat(registry.getMeters()).isEmpty();

            Gate ofTheEditedRoute = new Gate();
            try (Monitor next = new Monitor()) {
                next.setOutcomes(outcomes);
                watch(ofTheEditedRoute, context, next);
                ofTheEditedRoute.close(new IllegalStateException("away"));
                assertThat(registry.get(Monitor.GATE_CLOSED).gauge().value()).isEqualTo(1);
            }
            gate.close();
            ofTheEditedRoute.close();
        }
    }

    private static void watch(Gate gate, DefaultCamelContext context, Monitor watching) throws Exception {
        watching.setGate(gate);
        watching.setCamelContext(context);
        watching.init();
    }

    private void forward() {
        Exchange exchange = new DefaultExchange(new DefaultCamelContext());
        outcomes.process(exchange);
        exchange.getExchangeExtension().handoverCompletions().forEach(done -> done.onComplete(exchange));
    }
}
