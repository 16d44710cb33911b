package io.eventdedup.claim;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Keys known to be completed, with what their work left for copies: a copy of one of them costs no request. Filled only with what
 * the table has confirmed, so that it never claims more than the table does.
 *
 * <p>Bounded: the key that was completed first goes first, since copies follow their originals. (A cache that keeps what is
 * asked for often, as Caffeine does, keeps the old keys of a stream of new ones, and drops those whose copies are to come.)
 *
 * <p>A key is remembered for at most a minute, so that a key that an operator forgets is soon new for every process. Most
 * copies come sooner; a later one costs a request, as it would in another process.
 *
 * <p>Safe for concurrent use.
 */
public final class CompletedKeys {

    /** {@code key --forget} tells its users so. */
    public static final Duration MAX_AGE = Duration.ofMinutes(1);

    private final int size;
    private final Clock clock;

    private record Entry(Instant end, Original original) {}

    /** In the order in which they were completed. */
    private final Map<String, Entry> entries = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Entry> eldest) {
            return size() > size;
        }
    };

    /** @param size the most keys to remember; 0 for none */
    public CompletedKeys(int size, Clock clock) {
        this.size = size;
        this.clock = clock;
    }

    /** Ignores a key whose row never expires: our rows always expire, so another program wrote that one. */
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

    /** The work that completed the key, if it is remembered. */
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
