package io.eventdedup.aws;

import java.time.Duration;

/**
 * How long it is worth waiting for others to share a request with: as long as a request takes. So where answers are quick
 * nobody is held up for long, and where they are slow, because of the network or because the machine is busy, requests
 * are fuller instead of more. A call takes at most twice as long as it would by itself, or the least wait longer.
 *
 * <p>Safe for concurrent use.
 */
final class JoinWait {

    private static final int MOST_TIMES_LEAST = 10;
    private static final int REMEMBERED = 8;

    private final long least;
    private final long most;
    private long usual;

    /** @param least the wait when requests are quicker than that; ten times as much is the most */
    JoinWait(Duration least) {
        this.least = least.toNanos();
        this.most = least.multipliedBy(MOST_TIMES_LEAST).toNanos();
    }

    /** A request was answered after so long; the last few count. */
    synchronized void answeredAfter(long nanos) {
        usual += (nanos - usual) / REMEMBERED;
    }

    synchronized long nanos() {
        return Math.max(least, Math.min(most, usual));
    }
}
