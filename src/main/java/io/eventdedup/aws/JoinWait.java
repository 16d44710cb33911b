package io.eventdedup.aws;

import java.time.Duration;

/**
 * How long a call waits for others to share its request: about as long as a request takes. So when responses are fast, calls are hardly
 * delayed. When responses are slow, because of the network or a busy machine, there are fewer and fuller requests. A call takes at most
 * twice as long as it would alone, or longer by the minimum wait.
 *
 * <p>Thread-safe.
 */
final class JoinWait {

    private static final int MAX_FACTOR = 10;
    private static final int REMEMBERED = 8;

    private final long min;
    private final long max;
    private long usual;

    /** @param min the shortest wait; the longest is ten times as long */
    JoinWait(Duration min) {
        this.min = min.toNanos();
        this.max = min.multipliedBy(MAX_FACTOR).toNanos();
    }

    /** A request took this long; the wait follows the last few. */
    synchronized void answeredAfter(long nanos) {
        usual += (nanos - usual) / REMEMBERED;
    }

    synchronized long nanos() {
        return Math.max(min, Math.min(max, usual));
    }
}
