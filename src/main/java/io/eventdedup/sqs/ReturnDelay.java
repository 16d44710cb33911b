package io.eventdedup.sqs;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * How long a message stays invisible when it goes back to the queue. Pure functions of the number of deliveries and of
 * an injected source of randomness, which spreads the returns of many messages.
 */
public final class ReturnDelay {

    private static final Duration IN_PROGRESS_FIRST = Duration.ofSeconds(1);
    private static final Duration FAILURE_FIRST = Duration.ofSeconds(5);
    private static final Duration FAILURE_LONGEST = Duration.ofMinutes(15);
    private static final Duration OUTAGE_FIRST = Duration.ofSeconds(10);
    private static final Duration OUTAGE_LONGEST = Duration.ofSeconds(20);
    private static final double JITTER = 0.2;

    private final DoubleSupplier random;

    /** @param random numbers from 0 (inclusive) to 1 */
    public ReturnDelay(DoubleSupplier random) {
        this.random = random;
    }

    /** One second, doubled with each delivery, at most what the other claim still holds. */
    public Duration inProgress(int receiveCount, Duration restOfLease) {
        Duration wait = doubled(IN_PROGRESS_FIRST, receiveCount, restOfLease);
        return withJitter(wait.isNegative() ? Duration.ZERO : wait);
    }

    /** Five seconds, doubled with each delivery, at most a quarter of an hour. */
    public Duration failure(int receiveCount) {
        return withJitter(doubled(FAILURE_FIRST, receiveCount, FAILURE_LONGEST));
    }

    /**
     * Long enough for the gate's first probes; while polling is stopped nobody receives the message anyway. Ten seconds, then
     * twenty; no need for more, since an outage uses up no attempt.
     */
    public Duration outage(int receiveCount) {
        return withJitter(doubled(OUTAGE_FIRST, receiveCount, OUTAGE_LONGEST));
    }

    private Duration withJitter(Duration wait) {
        return wait.plusMillis((long) (wait.toMillis() * JITTER * random.getAsDouble()));
    }

    private static Duration doubled(Duration first, int receiveCount, Duration longest) {
        int doublings = Math.min(Math.max(receiveCount - 1, 0), 20);
        Duration wait = first.multipliedBy(1L << doublings);
        return wait.compareTo(longest) < 0 ? wait : longest;
    }
}
