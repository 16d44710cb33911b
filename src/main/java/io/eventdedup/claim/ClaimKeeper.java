package io.eventdedup.claim;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The threads behind the claims: they renew leases and retry pending confirms until closed. */
public final class ClaimKeeper implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ClaimKeeper.class);

    /** Renewals wait for the network; one that hangs must not cost the others their leases. */
    public static final int THREADS = 4;

    private static final Duration MAX_PAUSE = Duration.ofMillis(200);
    /** A stopping process drains twice, with its last route and at its end: both have to fit into its time to stop. */
    private static final Duration DRAIN_LIMIT = Duration.ofSeconds(5);

    private static final Duration DRAIN_PAUSE = Duration.ofMillis(100);

    private final Claims claims;
    private final ScheduledExecutorService executor;

    /**
     * @param lease decides how often the claims are looked at
     * @param executor of {@link #THREADS} threads; the keeper shuts it down
     */
    public ClaimKeeper(Claims claims, Duration lease, ScheduledExecutorService executor) {
        this.claims = claims;
        this.executor = executor;
        long pause = Math.max(1, Math.min(MAX_PAUSE.toMillis(), lease.toMillis() / 16));
        Background.repeat(executor, pause, "Leases were not renewed this time", () -> claims.renewDue(executor));
        Background.repeat(executor, pause, "Confirms were not retried this time", claims::retryDueConfirms);
    }

    /** Tries the pending confirms until none is left, at most for {@link #DRAIN_LIMIT}. */
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
            LOG.debug("Pending confirms are left over", e);
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

    /** Whether the keeper has ended. */
    public boolean isClosed() {
        return executor.isShutdown();
    }

    /** Drains and ends. */
    @Override
    public void close() {
        drain();
        executor.shutdownNow();
        int left = claims.pendingConfirms();
        if (left > 0) {
            LOG.warn(
                    "{} finished keys could not be confirmed before the end; copies of their events may go out again",
                    left);
        }
    }
}
