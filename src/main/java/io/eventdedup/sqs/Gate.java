package io.eventdedup.sqs;

import io.eventdedup.event.Polling;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops polling while a service that the route needs is away, so that an outage spends no receive of any message.
 *
 * <p>A failure that {@link #stop} is told of stops polling. Then the probe runs, after one second, then two, then every
 * three. When it succeeds, one poll of one message at a time is let through until a message has gone through the route or
 * the queue was found empty. One line in the log says when polling stops and one when it goes on. The states are in
 * {@link GateState}.
 */
public final class Gate implements Polling {

    private static final Logger LOG = LoggerFactory.getLogger(Gate.class);

    /** What a poll is allowed. */
    enum Permit {
        /** Nothing. */
        NONE,
        /** One message, to try whether it goes through. */
        TRIAL,
        /** As many as a request takes. */
        FULL
    }

    /**
     * Why polling is stopped.
     *
     * @param since when it stopped
     * @param nextLook when the probe runs next; in the past while a message is tried
     */
    public record Stop(String reason, Instant since, Instant nextLook) {}

    private final ScheduledExecutorService scheduler;
    private final String queue;
    private final Runnable probe;
    private final Clock clock;
    private final Runnable resumed;
    private volatile GateState state = GateState.polling();
    private Stop stop;

    /**
     * @param queue the queue that is polled, for the log
     * @param probe what has to answer before polling resumes; throws while it does not
     * @param scheduler for the probes; after its shutdown the gate stays as it is
     * @param resumed called when polling resumes
     */
    Gate(String queue, Runnable probe, Clock clock, ScheduledExecutorService scheduler, Runnable resumed) {
        this.resumed = resumed;
        this.scheduler = scheduler;
        this.queue = queue;
        this.probe = probe;
        this.clock = clock;
    }

    /** Stops polling because of the given failure, until a probe succeeds. */
    void stop(Throwable cause) {
        stop(cause, "");
    }

    @Override
    public void stop(Throwable cause, String proof) {
        GateState next;
        boolean news;
        synchronized (this) {
            GateState before = state;
            change(now -> now.failed(proof));
            if (before.phase() == GateState.Phase.STOPPED) {
                return;
            }
            next = state;
            news = before.phase() == GateState.Phase.POLLING;
            if (news) {
                Instant now = clock.instant();
                stop = new Stop(describe(cause), now, now);
            }
        }
        if (news) {
            LOG.warn(
                    "Polling of {} stopped, messages stay in the queue: {}. Next look in {} s",
                    queue,
                    describe(cause),
                    next.probeAfter().toSeconds());
        } else {
            LOG.debug("Still unavailable: {}", describe(cause));
        }
        schedule(next);
    }

    /** Tells that a message has gone through the route, or that there was none. */
    void worked() {
        resume(GateState::worked);
    }

    @Override
    public void proved(String proof) {
        if (!state.unproven().isEmpty()) {
            resume(now -> now.proved(proof));
        }
    }

    private void resume(UnaryOperator<GateState> transition) {
        synchronized (this) {
            if (!change(transition) || state.phase() != GateState.Phase.POLLING) {
                return;
            }
            stop = null;
        }
        LOG.info("Polling of {} resumed: everything that the route needs is available", queue);
        resumed.run();
    }

    /** Why polling is stopped; empty while it is not. */
    public synchronized Optional<Stop> stopped() {
        return Optional.ofNullable(stop);
    }

    private synchronized boolean change(UnaryOperator<GateState> transition) {
        GateState before = state;
        state = transition.apply(before);
        notifyAll();
        return !state.equals(before);
    }

    private void schedule(GateState stopped) {
        synchronized (this) {
            if (stop != null) {
                stop = new Stop(stop.reason(), stop.since(), clock.instant().plus(stopped.probeAfter()));
            }
        }
        if (!scheduler.isShutdown()) {
            scheduler.schedule(this::look, stopped.probeAfter().toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** Whatever the probe throws, the next one is scheduled: else polling would never resume. */
    private void look() {
        try {
            probe.run();
        } catch (Throwable failure) {
            GateState next;
            synchronized (this) {
                change(GateState::probeFailed);
                next = state;
            }
            LOG.debug("Still unavailable: {}", describe(failure));
            schedule(next);
            return;
        }
        change(GateState::probeSucceeded);
    }

    /**
     * Waits a moment for a permit to poll. A poller that gets one calls {@link #pollEnded} after the poll, whatever came of it.
     *
     * @return {@link Permit#NONE} if there was none in time, so that the caller can look whether it is to stop
     */
    synchronized Permit awaitPermit(long millis) throws InterruptedException {
        if (!state.mayPoll()) {
            wait(millis);
        }
        if (!state.mayPoll()) {
            return Permit.NONE;
        }
        Permit permit = state.phase() == GateState.Phase.PROBING ? Permit.TRIAL : Permit.FULL;
        change(GateState::pollBegins);
        return permit;
    }

    void pollEnded() {
        change(GateState::pollEnded);
    }

    private static String describe(Throwable cause) {
        return cause.getClass().getSimpleName() + ": "
                + String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
    }
}
