package io.eventdedup.page;

import io.eventdedup.sqs.Outcome;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What became of the events of one rule since the start, and how many came in each of the last 60 minutes. */
final class RuleActivity {

    private static final int MINUTES = 60;

    private final Map<Outcome, Long> counts = new EnumMap<>(Outcome.class);
    private final int[] perMinute = new int[MINUTES];
    private long fallbacks;
    private long lastSeen;
    private long newestMinute;

    /**
     * The figures at one time.
     *
     * @param events settled ones, so without those that come again
     * @param lastSeen epoch milliseconds
     * @param minutes settled events per minute, the current minute last
     */
    record Figures(
            long events,
            long forwarded,
            long copies,
            long filtered,
            long deadLetters,
            long returned,
            long fallbacks,
            long lastSeen,
            int[] minutes) {

        static final Figures NONE = new Figures(0, 0, 0, 0, 0, 0, 0, 0, new int[0]);
    }

    /** @param now epoch milliseconds */
    synchronized void count(Outcome outcome, boolean fallback, long now) {
        counts.merge(outcome, 1L, Long::sum);
        lastSeen = now;
        if (outcome != Outcome.RETURNED) {
            moveTo(TimeUnit.MILLISECONDS.toMinutes(now));
            perMinute[slot(newestMinute)]++;
            fallbacks += fallback ? 1 : 0;
        }
    }

    synchronized Figures figures(long now) {
        moveTo(TimeUnit.MILLISECONDS.toMinutes(now));
        int[] minutes = new int[MINUTES];
        for (int i = 0; i < MINUTES; i++) {
            minutes[i] = perMinute[slot(newestMinute + 1 + i)];
        }
        long returned = count(Outcome.RETURNED);
        long all = counts.values().stream().mapToLong(Long::longValue).sum();
        return new Figures(
                all - returned,
                count(Outcome.FORWARDED),
                count(Outcome.DUPLICATE),
                count(Outcome.FILTERED),
                count(Outcome.DEAD_LETTER),
                returned,
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
