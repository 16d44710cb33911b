package io.eventdedup.backtest;

import io.eventdedup.key.EventKey;
import io.eventdedup.key.KeyRules;
import io.eventdedup.key.UsableEvent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Compares the rules with another rule file, such as the one in force until now, on the same events. */
final class Changes {

    /** How many events are listed; the rest are only counted. */
    static final int MOST_NAMED = 20;

    /**
     * An event that the two rule files treat differently.
     *
     * @param original the location of the event's original, or -1
     * @param differing the fields in which it differs from its original
     */
    record Change(String type, String rule, long location, long original, List<Field> differing) {}

    private final KeyRules old;
    private final LongIndex index = new LongIndex();
    private long[] times = new long[1024];
    private final List<Change> dropped = new ArrayList<>();
    private final List<Change> passed = new ArrayList<>();
    private long newlyDropped;
    private long newlyDroppedDiffering;
    private long newlyPassed;

    Changes(KeyRules old) {
        this.old = old;
    }

    /** Whether the old rules forward the event. */
    boolean passed(UsableEvent event, long time) {
        EventKey key = old.keyOf(event);
        long hash = Long.parseUnsignedLong(key.hash(), 0, 16, 16);
        int row = index.get(hash);
        if (row < 0) {
            row = index.size();
            index.put(hash, row);
            if (row == times.length) {
                times = Arrays.copyOf(times, 2 * row);
            }
        } else if (time == Leaves.NO_TIME
                || times[row] == Leaves.NO_TIME
                || Math.abs(time - times[row]) <= key.window().toMillis()) {
            return false;
        }
        times[row] = time;
        return true;
    }

    void addDropped(Change change, boolean differs) {
        newlyDropped++;
        newlyDroppedDiffering += differs ? 1 : 0;
        add(dropped, change);
    }

    void addPassed(Change change) {
        newlyPassed++;
        add(passed, change);
    }

    private static void add(List<Change> changes, Change change) {
        if (changes.size() < MOST_NAMED) {
            changes.add(change);
        }
    }

    long newlyDropped() {
        return newlyDropped;
    }

    /** How many of the newly dropped events differ from their originals. */
    long newlyDroppedDiffering() {
        return newlyDroppedDiffering;
    }

    long newlyPassed() {
        return newlyPassed;
    }

    List<Change> dropped() {
        return dropped;
    }

    List<Change> passed() {
        return passed;
    }
}
