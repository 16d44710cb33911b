package io.eventdedup.event;

import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Several listeners. What one throws is logged, and affects neither the event nor the other listeners. */
public final class Listeners implements EventListener {

    private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);

    private final List<EventListener> all;

    /** Calls these listeners in this order. */
    public Listeners(EventListener... listeners) {
        this.all = List.of(listeners);
    }

    @Override
    public void ended(EventInFlight event, Outcome outcome) {
        for (EventListener listener : all) {
            try {
                listener.ended(event, outcome);
            } catch (Throwable failure) {
                log(listener, outcome, failure);
            }
        }
    }

    private static void log(EventListener listener, Outcome outcome, Throwable failure) {
        try {
            LOG.warn(
                    "Listener {} failed for an event with the outcome {}, which is not affected: {}",
                    listener.getClass().getName(),
                    outcome.label(),
                    failure.getClass().getName());
        } catch (Throwable alsoTheLog) {
            // if memory is exhausted, logging may fail too
        }
    }
}
