package io.eventdedup.route;

import io.eventdedup.event.EventInFlight;
import io.eventdedup.event.EventListener;
import io.eventdedup.event.Outcome;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs one line per event at DEBUG, and warns of duplicates that differ from their originals. */
final class OutcomeLog implements EventListener {

    private static final Logger LOG = LoggerFactory.getLogger(OutcomeLog.class);

    private final OutcomeCounter outcomes;

    /** @param outcomes must count an event before this listener is called */
    OutcomeLog(OutcomeCounter outcomes) {
        this.outcomes = outcomes;
    }

    @Override
    public void ended(EventInFlight event, Outcome outcome) {
        if (outcome.isCopy()) {
            outcomes.of(event).warning(Instant.now()).ifPresent(LOG::warn);
        }
        if (LOG.isDebugEnabled()) {
            LOG.debug(
                    "{} {} {}{} {} ms",
                    event.shortKey(),
                    event.rule(),
                    outcome.label(),
                    event.copy().map(copy -> " " + copy).orElse(""),
                    TimeUnit.NANOSECONDS.toMillis(event.nanos()));
        }
    }

    /** Warns of duplicates that differ, if a warning is due. */
    void warn() {
        outcomes.all().forEach(counts -> counts.warning(Instant.now()).ifPresent(LOG::warn));
    }
}
