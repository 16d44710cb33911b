package io.eventdedup.claim;

import java.io.Serial;
import java.time.Duration;
import java.time.Instant;

/**
 * Another delivery works on this key, so the event is neither new nor a duplicate: return its message to the queue, so that it comes
 * again. This is no error and should not be logged as one; it has no stack trace and no cause.
 */
public final class KeyInProgressException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final String key;
    private final Instant until;
    private final Duration retryAfter;

    KeyInProgressException(String key, Instant until, Instant now) {
        super(
                "key " + ShortKey.of(key) + " is in progress in another delivery; retry after " + until,
                null,
                false,
                false);
        this.key = key;
        this.until = until;
        this.retryAfter = until.isAfter(now) ? Duration.between(now, until) : Duration.ZERO;
    }

    /** The whole key; the exception's message has only its first eight characters. */
    public String key() {
        return key;
    }

    /** When the other delivery's lease and the clock skew end; from then on the key can be claimed, unless the lease is renewed. */
    public Instant until() {
        return until;
    }

    /** The time from when this was thrown to {@link #until}; not negative. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
