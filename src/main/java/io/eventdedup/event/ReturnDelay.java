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
    private static final Duration OUTAGE = Duration.ofMinutes(5);
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
     * Long, because what is unavailable may be for long, and no receive is to be spent meanwhile. When it is available again, this
     * process makes the message visible at once; only if the process dies before, the message waits for so long.
     */
    public Duration outage() {
        return withJitter(OUTAGE);
    }

    private Duration withJitter(Duration wait) {
        return wait.plusMillis((long) (wait.toMillis() * JITTER * random.getAsDouble()));
    }
}
