package io.eventdedup.dynamodb;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/**
 * Keys known to be completed, with the end of their windows: a copy of one of them costs no request. Bounded; filled only
 * with what the table has confirmed, so that it never claims more than the table does.
 */
final class FinishedKeys {

    private final Cache<String, Instant> ends;
    private final Clock clock;

    /** @param size the most keys to remember; 0 for none */
    FinishedKeys(int size, Clock clock) {
        this.clock = clock;
        this.ends = Caffeine.newBuilder()
                .maximumSize(size)
                .ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()))
                .expireAfter(Expiry.<String, Instant>writing((key, end) -> Duration.between(clock.instant(), end)))
                .executor(Runnable::run)
                .build();
    }

    void add(String key, Instant rememberedUntil) {
        if (rememberedUntil.isBefore(Instant.MAX)) {
            ends.put(key, rememberedUntil);
        }
    }

    boolean contains(String key) {
        Instant end = ends.getIfPresent(key);
        return end != null && clock.instant().isBefore(end);
    }

    void remove(String key) {
        ends.invalidate(key);
    }

    void clear() {
        ends.invalidateAll();
    }

    long size() {
        return ends.estimatedSize();
    }
}
