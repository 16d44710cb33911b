package io.eventdedup.backtest;

/** A distribution of times in milliseconds with 16 steps for each doubling, so percentiles are accurate to 5 %. */
final class Gaps {

    private static final int STEPS = 16;

    private final long[] counts = new long[STEPS * 64];
    private long total;
    private long max;

    void add(long millis) {
        counts[step(millis)]++;
        total++;
        max = Math.max(max, millis);
    }

    private static int step(long millis) {
        return millis < 1 ? 0 : 1 + (int) (STEPS * Math.log(millis) / Math.log(2));
    }

    long total() {
        return total;
    }

    long max() {
        return max;
    }

    /** The median time. */
    long median() {
        long seen = 0;
        for (int i = 0; i < counts.length; i++) {
            seen += counts[i];
            if (2 * seen >= total) {
                return Math.min(max, end(i));
            }
        }
        return max;
    }

    private static long end(int step) {
        return step == 0 ? 0 : Math.round(Math.pow(2, (double) step / STEPS));
    }

    /** How many times are longer than {@code after} and at most {@code upTo}, to the precision of the steps. */
    long between(long after, long upTo) {
        long count = 0;
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] > 0 && end(i) > after && end(i) <= upTo) {
                count += counts[i];
            }
        }
        return count;
    }
}
