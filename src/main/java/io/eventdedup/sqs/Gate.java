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
 * Stops polling while a service that the route needs is unavailable, so that an outage does not raise the receive count of messages.
 *
 * <p>A call of {@link #stop} stops polling. Then the probe runs: after one second, then two, then every three. After it has succeeded, the
 * gate permits one poll of one message at a time, until a message has passed the route or the queue is empty. One line is logged when
 * polling stops, and one when it resumes. {@link GateState} defines the states.
 */
public final class Gate implements Polling {

    private static final Logger LOG = LoggerFactory.getLogger(Gate.class);

    /** What a poller may receive. */
    enum Permit {
        /** Nothing. */
        NONE,
        /** One message, to try whether it passes the route. */
        TRIAL,
        /** As many messages as a request can return. */
        FULL
    }

    /**
     * Why polling is stopped.
     *
     * @param since when it stopped
     * @param nextLook when the next probe runs; in the past while a message is tried
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
     * @param probe throws while a service that polling needs is unavailable
     * @param scheduler runs the probes; after its shutdown, the gate no longer changes by itself
     * @param resumed called when polling resumes
     */
    Gate(String queue, Runnable probe, Clock clock, ScheduledExecutorService scheduler, Runnable resumed) {
        this.resumed = resumed;
        this.scheduler = scheduler;
        this.queue = queue;
        this.probe = probe;
        this.clock = clock;
    }

    /** Stops polling because of this failure, until a probe succeeds. */
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
                    "Polling of {} stopped: {}. Messages stay in the queue, and polling resumes by itself; first check in {} s",
                    queue,
                    describe(cause),
                    next.probeAfter().toSeconds());
        } else {
            LOG.debug("Still unavailable: {}", describe(cause));
        }
        schedule(next);
    }

    /** A message has passed the route, or the queue was empty. */
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
        LOG.info("Polling of {} resumed: everything that the route needs is available again", queue);
        resumed.run();
    }

    /** Why polling is stopped; empty while it is running. */
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

    /** Whatever the probe throws, the next one is scheduled; otherwise polling would never resume. */
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
     * Waits a moment for a permit to poll. A poller that gets one must call {@link #pollEnded} after the poll, also if the poll failed.
     *
     * @return {@link Permit#NONE} if there was no permit in time, so that the caller can check whether it must stop
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

    /** Whether polling has stopped since a poller got this permit, so that its messages must not begin. */
    boolean hasClosedSince(Permit permit) {
        GateState.Phase now = state.phase();
        return now == GateState.Phase.STOPPED || now == GateState.Phase.PROBING && permit == Permit.FULL;
    }

    void pollEnded() {
        change(GateState::pollEnded);
    }

    private static String describe(Throwable cause) {
        return cause.getClass().getSimpleName() + ": "
                + String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
    }
}
