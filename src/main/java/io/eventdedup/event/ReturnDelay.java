package io.eventdedup.event;

import io.eventdedup.claim.Backoff;
import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * How long a message stays invisible when it goes back to the queue. Pure functions of the number of deliveries and of
 * an injected source of randomness, which spreads the returns of many messages.
 */
public final class ReturnDelay {

    private static final Duration IN_PROGRESS_FIRST = Duration.ofSeconds(1);
    private static final Backoff FAILURE = new Backoff(Duration.ofSeconds(5), Duration.ofMinutes(15));
    private static final Backoff OUTAGE = new Backoff(Duration.ofSeconds(10), Duration.ofSeconds(20));
    private static final double JITTER = 0.2;

    private final DoubleSupplier random;

    /** @param random numbers from 0 (inclusive) to 1 */
    public ReturnDelay(DoubleSupplier random) {
        this.random = random;
    }

    /** One second, doubled with each delivery, at most what the other claim still holds. */
    public Duration inProgress(int receiveCount, Duration restOfLease) {
        Duration wait = new Backoff(IN_PROGRESS_FIRST, restOfLease).after(receiveCount);
        return withJitter(wait.isNegative() ? Duration.ZERO : wait);
    }

    /** Five seconds, doubled with each delivery, at most a quarter of an hour. */
    public Duration failure(int receiveCount) {
        return withJitter(FAILURE.after(receiveCount));
    }

    /**
     * Long enough for the gate's first probes; while polling is stopped nobody receives the message anyway. Ten seconds, then
     * twenty; no need for more, since an outage uses up no attempt.
     */
    public Duration outage(int receiveCount) {
        return withJitter(OUTAGE.after(receiveCount));
    }

    private Duration withJitter(Duration wait) {
        return wait.plusMillis((long) (wait.toMillis() * JITTER * random.getAsDouble()));
    }
}
