package io.eventdedup.backtest;

import io.eventdedup.key.EventKey;
import io.eventdedup.key.KeyRules;
import io.eventdedup.key.UsableEvent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What another rule file, the one in force until now, did with the same events. */
final class Changes {

    /** How many events are named; the others are counted. */
    static final int MOST_NAMED = 20;

    /**
     * An event that the two rule files treat differently.
     *
     * @param original where the event is of which this is a copy, or -1
     * @param differing the fields in which it differs from that one
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

    /** Whether the old rules let the event pass. */
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

    /** Of these, those that differ from the event of which they would be a copy. */
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
