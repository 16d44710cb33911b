package io.eventdedup.claim;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A cache of completed keys: a duplicate of one of them needs no request. It contains only what the table has confirmed.
 *
 * <p>Bounded: the key that was completed first is evicted first, because duplicates soon follow their originals. (A cache by frequency
 * of use would keep old keys and evict new ones, whose duplicates are still to come.)
 *
 * <p>A key is remembered for at most a minute, so that a key that an operator forgets is soon new in every process. Most duplicates
 * come earlier; a later one costs a request.
 *
 * <p>Thread-safe.
 */
public final class CompletedKeys {

    /** The output of {@code key --forget} names this limit. */
    public static final Duration MAX_AGE = Duration.ofMinutes(1);

    private final int size;
    private final Clock clock;

    private record Entry(Instant end, Original original) {}

    /** In order of completion. */
    private final Map<String, Entry> entries = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Entry> eldest) {
            return size() > size;
        }
    };

    /** @param size how many keys to remember at most; 0 for none */
    public CompletedKeys(int size, Clock clock) {
        this.size = size;
        this.clock = clock;
    }

    /** Ignores a key whose row never expires: another program wrote it, because our rows always expire. */
    synchronized void add(String key, Instant rememberedUntil, Original original) {
        if (rememberedUntil.isBefore(Instant.MAX)) {
            Instant longest = clock.instant().plus(MAX_AGE);
            entries.remove(key);
            entries.put(key, new Entry(rememberedUntil.isBefore(longest) ? rememberedUntil : longest, original));
        }
    }

    boolean contains(String key) {
        return find(key).isPresent();
    }

    /** The original of the key, if it is remembered. */
    synchronized Optional<Original> find(String key) {
        return Optional.ofNullable(entries.get(key))
                .filter(entry -> clock.instant().isBefore(entry.end()))
                .map(Entry::original);
    }

    synchronized void remove(String key) {
        entries.remove(key);
    }

    synchronized void clear() {
        entries.clear();
    }

    synchronized int size() {
        return entries.size();
    }
}
