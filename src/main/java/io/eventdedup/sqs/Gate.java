package io.eventdedup.sqs;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.support.DefaultPollingConsumerPollStrategy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops polling while a service that the route needs is away, so that an outage spends no receive of any message.
 *
 * <p>It is the consumer's poll strategy: {@link #begin} answers false while the gate is closed. A failure that
 * {@link #close} is told of closes it; then the probe is run, after one second, then two, then every three, and when it
 * succeeds one poll at a time is let through until an event has gone through the route. Each change is one line in
 * the log. The states are in {@link GateState}.
 */
public final class Gate extends DefaultPollingConsumerPollStrategy implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Gate.class);

    /** How long a poll waits at the closed gate before it looks again whether the route is to stop. */
    private static final long LOOK_AGAIN_MILLIS = 200;

    private final Object monitor = new Object();
    private final AtomicBoolean halfOpenPoll = new AtomicBoolean();
    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "dedup-gate");
        thread.setDaemon(true);
        return thread;
    });

    private Probe probe = () -> {};
    private GateState state = GateState.open();

    /** A call that fails exactly while a service is away. */
    @FunctionalInterface
    public interface Probe {
        /** @throws RuntimeException while the service does not answer as the route needs it */
        void run();
    }

    /** What has to answer before polling resumes. */
    public void setProbe(Probe probe) {
        this.probe = probe;
    }

    /** Stops polling because of the given failure; no effect if polling has stopped already. */
    public void close(Throwable cause) {
        GateState closed;
        synchronized (monitor) {
            GateState before = state;
            state = before.failed();
            if (state.equals(before)) {
                return;
            }
            closed = state;
        }
        LOG.warn(
                "Polling stopped, messages stay in the queue: {}. Next look in {} s",
                describe(cause),
                closed.probeAfter().toSeconds());
        scheduleProbe(closed);
    }

    /** Tells that an event has gone through the route. */
    public void worked() {
        synchronized (monitor) {
            GateState before = state;
            state = before.worked();
            if (state.equals(before)) {
                return;
            }
            monitor.notifyAll();
        }
        LOG.info("Polling at full speed again");
    }

    /** True while nothing is polled. */
    public boolean isClosed() {
        synchronized (monitor) {
            return state.phase() == GateState.Phase.CLOSED;
        }
    }

    /** True after a probe has succeeded, until an event has gone through. */
    boolean isHalfOpen() {
        synchronized (monitor) {
            return state.phase() == GateState.Phase.HALF_OPEN;
        }
    }

    private void scheduleProbe(GateState closed) {
        if (!scheduler.isShutdown()) {
            scheduler.schedule(this::look, closed.probeAfter().toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void look() {
        RuntimeException failure = failureOfProbe();
        GateState next;
        synchronized (monitor) {
            state = failure == null ? state.probeSucceeded() : state.probeFailed();
            next = state;
            halfOpenPoll.set(false);
            monitor.notifyAll();
        }
        if (failure == null) {
            LOG.info("Polling resumes, one request at a time until an event has gone through");
        } else {
            LOG.debug(
                    "Still away: {}. Next look in {} s",
                    describe(failure),
                    next.probeAfter().toSeconds());
            scheduleProbe(next);
        }
    }

    private RuntimeException failureOfProbe() {
        try {
            probe.run();
            return null;
        } catch (RuntimeException failure) {
            return failure;
        }
    }

    @Override
    public boolean begin(Consumer consumer, Endpoint endpoint) {
        synchronized (monitor) {
            if (mayPoll()) {
                return true;
            }
            try {
                monitor.wait(LOOK_AGAIN_MILLIS);
            } catch (InterruptedException stopping) {
                Thread.currentThread().interrupt();
                return false;
            }
            return mayPoll();
        }
    }

    private boolean mayPoll() {
        return switch (state.phase()) {
            case OPEN -> true;
            case CLOSED -> false;
            case HALF_OPEN -> halfOpenPoll.compareAndSet(false, true);
        };
    }

    @Override
    public void commit(Consumer consumer, Endpoint endpoint, int polledMessages) {
        halfOpenPoll.set(false);
        if (polledMessages == 0) {
            worked();
        }
    }

    @Override
    public boolean rollback(Consumer consumer, Endpoint endpoint, int retryCounter, Exception cause) {
        halfOpenPoll.set(false);
        close(cause);
        return false;
    }

    private static String describe(Throwable cause) {
        return cause.getClass().getSimpleName() + ": "
                + String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
    }

    /** Ends the probing; the gate stays as it is. */
    @Override
    public void close() {
        scheduler.shutdownNow();
    }
}
