package io.eventdedup.claim;

import java.io.Serial;
import java.time.Duration;
import java.time.Instant;

/**
 * Another delivery works on this key right now, so it is neither new nor a duplicate: give the message back and let it
 * come again. No failure: it carries no stack trace and no cause, and should leave no error in a log.
 */
public final class KeyInProgressException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final String key;
    private final Instant until;
    private final Duration retryAfter;

    KeyInProgressException(String key, Instant until, Instant now) {
        super("key " + ShortKey.of(key) + " is in progress elsewhere; its lease ends " + until, null, false, false);
        this.key = key;
        this.until = until;
        this.retryAfter = until.isAfter(now) ? Duration.between(now, until) : Duration.ZERO;
    }

    /** The key, whole; the message names only its first eight characters. */
    public String key() {
        return key;
    }

    /** The other delivery's lease, plus the clock skew, ends then, unless it is renewed; afterwards the key can be claimed. */
    public Instant until() {
        return until;
    }

    /** What was left of that time when this was thrown; never negative. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
