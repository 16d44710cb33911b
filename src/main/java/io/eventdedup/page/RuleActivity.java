package io.eventdedup.page;

import io.eventdedup.event.Copy;
import io.eventdedup.event.Outcome;
import io.eventdedup.route.BoundedNames;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** What became of the events of one rule since the start, and how many came in each of the last 60 minutes. */
final class RuleActivity {

    private static final int MINUTES = 60;

    private final Map<Outcome, Long> counts = new EnumMap<>(Outcome.class);
    private final int[] perMinute = new int[MINUTES];
    private final BoundedNames names = new BoundedNames();
    private final Map<String, Long> fields = new TreeMap<>();
    private long differing;
    private long fallbacks;
    private long lastSeen;
    private long newestMinute;

    /**
     * The figures at one time.
     *
     * @param events settled ones, so without those that come again
     * @param copies dropped, or in observe mode marked
     * @param differing copies that differ from their originals
     * @param fields where they do, with how many
     * @param lastSeen epoch milliseconds
     * @param minutes settled events per minute, the current minute last
     */
    record Figures(
            long events,
            long forwarded,
            long copies,
            long differing,
            Map<String, Long> fields,
            long filtered,
            long deadLetters,
            long returned,
            long fallbacks,
            long lastSeen,
            int[] minutes) {

        static final Figures NONE = new Figures(0, 0, 0, 0, Map.of(), 0, 0, 0, 0, 0, new int[0]);
    }

    /**
     * Counts an event.
     *
     * @param copy how it compares with its original, if it is a copy
     * @param now epoch milliseconds
     */
    synchronized void count(Outcome outcome, boolean fallback, Optional<Copy> copy, long now) {
        counts.merge(outcome, 1L, Long::sum);
        lastSeen = now;
        if (outcome != Outcome.RETURNED) {
            moveTo(TimeUnit.MILLISECONDS.toMinutes(now));
            perMinute[slot(newestMinute)]++;
            fallbacks += fallback ? 1 : 0;
            copy.filter(found -> found.content() == Copy.Content.DIFFERS).ifPresent(this::differs);
        }
    }

    private void differs(Copy copy) {
        differing++;
        copy.fields().stream()
                .map(Activity::shortened)
                .map(names::of)
                .distinct()
                .forEach(field -> fields.merge(field, 1L, Long::sum));
    }

    synchronized Figures figures(long now) {
        moveTo(TimeUnit.MILLISECONDS.toMinutes(now));
        int[] minutes = new int[MINUTES];
        for (int i = 0; i < MINUTES; i++) {
            minutes[i] = perMinute[slot(newestMinute + 1 + i)];
        }
        long all = counts.values().stream().mapToLong(Long::longValue).sum();
        long events = all - count(Outcome.RETURNED);
        return new Figures(
                events,
                count(Outcome.FORWARDED),
                events - count(Outcome.FORWARDED) - count(Outcome.FILTERED) - count(Outcome.DEAD_LETTER),
                differing,
                new TreeMap<>(fields),
                count(Outcome.FILTERED),
                count(Outcome.DEAD_LETTER),
                count(Outcome.RETURNED),
                fallbacks,
                lastSeen,
                minutes);
    }

    private long count(Outcome outcome) {
        return counts.getOrDefault(outcome, 0L);
    }

    /** Empties the slots of the minutes that have begun since. A clock that goes back counts in the newest minute. */
    private void moveTo(long minute) {
        for (long next = Math.max(newestMinute + 1, minute - MINUTES + 1); next <= minute; next++) {
            perMinute[slot(next)] = 0;
        }
        newestMinute = Math.max(newestMinute, minute);
    }

    private static int slot(long minute) {
        return (int) (minute % MINUTES);
    }
}
