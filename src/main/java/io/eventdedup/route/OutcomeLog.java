package io.eventdedup.route;

import io.eventdedup.event.EventInFlight;
import io.eventdedup.event.EventListener;
import io.eventdedup.event.Outcome;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells of each event in one line at DEBUG, and of copies that differ from their originals at WARN. */
final class OutcomeLog implements EventListener {

    private static final Logger LOG = LoggerFactory.getLogger(OutcomeLog.class);

    private final Differences differences;

    /** @param differences has noted an event before this hears of it */
    OutcomeLog(Differences differences) {
        this.differences = differences;
    }

    @Override
    public void ended(EventInFlight event, Outcome outcome) {
        if (outcome.isCopy()) {
            warn();
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

    /** Warns of the copies that differ, if that is due. */
    void warn() {
        differences.due().forEach(LOG::warn);
    }
}
