package io.eventdedup.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventdedup.claim.Admission;
import io.eventdedup.claim.Content;
import io.eventdedup.claim.Original;
import io.eventdedup.event.EventInFlight;
import io.eventdedup.event.Outcome;
import io.eventdedup.event.TestDeliveries;
import io.eventdedup.key.EventKey;
import io.eventdedup.sqs.DedupSqsComponent;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RouteMetersTest {

    private static final String RULE = "a";

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final DefaultCamelContext context = new DefaultCamelContext();
    private OutcomeCounter outcomes = new OutcomeCounter(Clock.systemUTC(), () -> Map.of(RULE, Duration.ofDays(1)));
    private RouteMeters meters;

    RouteMetersTest() {
        context.getRegistry().bind("meters", registry);
        outcomes.expect("dedup");
        meters = meters();
    }

    private RouteMeters meters() {
        RouteMeters made = RouteMeters.in(
                        context,
                        outcomes,
                        new Monitor(context, new DedupSqsComponent(), outcomes, new OutcomeLog(outcomes)))
                .orElseThrow();
        made.expectAll();
        return made;
    }

    @ParameterizedTest
    @ValueSource(strings = {"0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "-1000000000-01-01T00:00:00Z"})
    void anAgeThatNoTimerCanHoldIsLeftOut(String time) {
        end(event(Instant.parse(time)), Outcome.FORWARDED);

        assertThat(registry.get("dedup.event.age").timer().count()).isZero();
        assertThat(events(Outcome.FORWARDED)).isOne();
    }

    @Test
    void anAgeOfCenturiesIsRecorded() {
        end(event(Instant.parse("1800-01-01T00:00:00Z")), Outcome.FORWARDED);

        assertThat(registry.get("dedup.event.age").timer().count()).isOne();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1000000000-01-01T00:00:00Z", "0001-01-01T00:00:00Z"})
    void aGapThatNoTimerCanHoldIsLeftOut(String processedAt) {
        end(copyOfOneProcessedAt(Instant.parse(processedAt)), Outcome.DUPLICATE);

        assertThat(registry.get("dedup.copy.gap").timer().count()).isZero();
        assertThat(events(Outcome.DUPLICATE)).isOne();
        assertThat(registry.get("dedup.copies")
                        .tag("content", "unknown")
                        .functionCounter()
                        .count())
                .isOne();
    }

    @ParameterizedTest
    @ValueSource(strings = {"2026-01-01T00:00:00Z", "+1000000000-12-31T23:59:59Z"})
    void anyOtherGapIsRecordedAsNoneIfItIsBelowZero(String processedAt) {
        end(copyOfOneProcessedAt(Instant.parse(processedAt)), Outcome.DUPLICATE);

        assertThat(registry.get("dedup.copy.gap").timer().count()).isOne();
    }

    @Test
    void countsOfALaterContextTakeThePlaceOfThoseOfTheContextBefore() {
        end(event(Instant.now()), Outcome.FORWARDED);
        meters.close();
        outcomes = new OutcomeCounter(Clock.systemUTC(), () -> Map.of(RULE, Duration.ofDays(1)));
        outcomes.expect("dedup");
        meters = meters();

        assertThat(events(Outcome.FORWARDED)).isZero();
        end(event(Instant.now()), Outcome.FORWARDED);
        assertThat(events(Outcome.FORWARDED)).isOne();
    }

    @Test
    void aRuleThatIsNotInTheFileIsShownFromItsFirstEventOn() {
        EventInFlight event = TestDeliveries.event("m");
        event.identify(key("of somebody's own", Instant.now()), null);
        end(event, Outcome.FILTERED);

        assertThat(registry.get("dedup.events")
                        .tags("rule", "of somebody's own", "outcome", "filtered", "pipeline", "dedup")
                        .functionCounter()
                        .count())
                .isOne();
    }

    private void end(EventInFlight event, Outcome outcome) {
        outcomes.ended(event, outcome);
        meters.ended(event, outcome);
    }

    private double events(Outcome outcome) {
        FunctionCounter events = registry.get("dedup.events")
                .tags("pipeline", "dedup", "rule", RULE, "outcome", outcome.label())
                .functionCounter();
        return events.count();
    }

    private static EventInFlight event(Instant time) {
        EventInFlight event = TestDeliveries.event("m");
        event.identify(key(RULE, time), null);
        return event;
    }

    private static EventInFlight copyOfOneProcessedAt(Instant processedAt) {
        EventInFlight event = event(Instant.now());
        event.admitted(
                new Admission.Duplicate(new Original(Content.NONE, Optional.of(processedAt))), false, Instant.now());
        return event;
    }

    private static EventKey key(String rule, Instant time) {
        return new EventKey("0123456789", Duration.ofMinutes(5), "g", rule, false, "type", Optional.of(time));
    }
}
