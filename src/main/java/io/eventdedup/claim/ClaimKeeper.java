package io.eventdedup.claim;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Renews leases and retries pending confirms in the background, until it is closed. */
public final class ClaimKeeper implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ClaimKeeper.class);

    /** Renewals wait for the network; while one hangs, the other leases must still be renewed. */
    public static final int THREADS = 4;

    private static final Duration MAX_PAUSE = Duration.ofMillis(200);
    /** A process drains twice while it stops, with its last route and at its end; both must fit into the shutdown timeout. */
    private static final Duration DRAIN_LIMIT = Duration.ofSeconds(5);

    private static final Duration DRAIN_PAUSE = Duration.ofMillis(100);

    private final Claims claims;
    private final ScheduledExecutorService executor;

    /**
     * @param lease determines how often claims are checked
     * @param executor with {@link #THREADS} threads; the keeper shuts it down
     */
    public ClaimKeeper(Claims claims, Duration lease, ScheduledExecutorService executor) {
        this.claims = claims;
        this.executor = executor;
        long pause = Math.max(1, Math.min(MAX_PAUSE.toMillis(), lease.toMillis() / 16));
        Background.repeat(
                executor, pause, "Renewing leases failed; it is tried again", () -> claims.renewDue(executor));
        Background.repeat(
                executor, pause, "Retrying pending confirms failed; it is tried again", claims::retryDueConfirms);
    }

    /** Retries pending confirms until none is left, for at most {@link #DRAIN_LIMIT}. */
    public void drain() {
        if (claims.pendingConfirms() == 0 || executor.isShutdown()) {
            return;
        }
        Future<?> drained = executor.submit(this::retryUntilNoneIsLeft);
        try {
            drained.get(DRAIN_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException | ExecutionException e) {
            LOG.debug("Not all pending confirms were written", e);
        } finally {
            drained.cancel(true);
        }
    }

    private void retryUntilNoneIsLeft() {
        try {
            while (claims.pendingConfirms() > 0) {
                claims.retryAllConfirms();
                Thread.sleep(DRAIN_PAUSE.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether the keeper is closed. */
    public boolean isClosed() {
        return executor.isShutdown();
    }

    /** Drains pending confirms, then stops. */
    @Override
    public void close() {
        drain();
        executor.shutdownNow();
        int left = claims.pendingConfirms();
        if (left > 0) {
            LOG.warn(
                    "{} completed keys could not be confirmed before the shutdown, so duplicates of their events may be forwarded",
                    left);
        }
    }
}
