package io.eventdedup.event;

import io.eventdedup.claim.Backoff;
import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * How long a message stays invisible when it goes back to the queue. Pure functions of the number of deliveries and an injected source
 * of randomness (jitter), which spreads the returns of many messages.
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

    /** One second, doubled with each delivery; at most the rest of the other delivery's lease. */
    public Duration inProgress(int receiveCount, Duration restOfLease) {
        Duration wait = new Backoff(IN_PROGRESS_FIRST, restOfLease).after(receiveCount);
        return withJitter(wait.isNegative() ? Duration.ZERO : wait);
    }

    /** Five seconds, doubled with each failed attempt; at most 15 minutes. */
    public Duration failure(int receiveCount) {
        return withJitter(FAILURE.after(receiveCount));
    }

    /**
     * Long, because an outage may be long, and receiving the message in the meantime would be of no use. After the outage, this process
     * makes the message visible at once; the message waits this long only if the process has died.
     */
    public Duration outage() {
        return withJitter(OUTAGE);
    }

    private Duration withJitter(Duration wait) {
        return wait.plusMillis((long) (wait.toMillis() * JITTER * random.getAsDouble()));
    }
}
