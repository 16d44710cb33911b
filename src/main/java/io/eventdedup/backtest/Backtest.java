package io.eventdedup.backtest;

import io.eventdedup.json.Edits;
import io.eventdedup.json.Json.JsonObject;
import io.eventdedup.json.TimestampRounding;
import io.eventdedup.key.EventKey;
import io.eventdedup.key.KeyRules;
import io.eventdedup.key.UnusableEvent;
import io.eventdedup.key.UnusableReason;
import io.eventdedup.key.UsableEvent;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Applies the rules to recorded events in the order of the recording. An event is a duplicate if its key was last forwarded
 * within its window, measured by {@link #timeOf the events' times}. Without a timestamp, any event with the same key counts as a
 * duplicate. Memory grows by 80 bytes for each key and 4 bytes for each field.
 */
public final class Backtest {

    /** Otherwise equal events may be one event sent twice if their times are at most this far apart. */
    private static final long SENT_TWICE_MILLIS = 5_000;

    /** The same for events that contain no time, by when they arrived. */
    private static final long CAME_TWICE_MILLIS = 120_000;

    /** This many equal events in a row are sent regularly and are not duplicates. */
    private static final int REGULAR = 4;

    private final KeyRules rules;
    private final Changes changes;
    private final Map<String, RuleStats> stats = new TreeMap<>();
    private final Map<UnusableReason, Unusable> unusable = new EnumMap<>(UnusableReason.class);
    private final Leaves leaves = new Leaves();
    private final Originals originals;
    private final LongIndex rowOfKey = new LongIndex();
    private final LongIndex rowOfSubject = new LongIndex();
    private final LongIndex runOfSubject = new LongIndex();
    private long events;
    private long firstTime = Long.MAX_VALUE;
    private long lastTime = Leaves.NO_TIME;

    /** The number of unusable events with the same reason, and where the first of them is. */
    record Unusable(long count, long first) {
        private Unusable and(Unusable more) {
            return new Unusable(count + more.count, first);
        }
    }

    /**
     * A backtest; {@link #add} the recorded bodies to it.
     *
     * @param old the rules to compare with, or null
     * @param memory how many bytes it may use for the fields of the events
     */
    public Backtest(KeyRules rules, KeyRules old, long memory) {
        this.rules = rules;
        this.changes = old == null ? null : new Changes(old);
        this.originals = new Originals(new Sketches(memory / Integer.BYTES));
    }

    /** Adds one message body of the recording. */
    public void add(Recording.Body body) {
        for (int i = 0; i < body.events().size(); i++) {
            long location = body.location(i);
            if (body.events().get(i) instanceof UsableEvent event) {
                add(event, timeOf(event, body), location);
            } else {
                UnusableReason reason = ((UnusableEvent) body.events().get(i)).reason();
                unusable.merge(reason, new Unusable(1, location), Unusable::and);
            }
        }
    }

    /** When the queue received the body if the recording says so, else the envelope's time, else the detail's timestamp. */
    static long timeOf(UsableEvent event, Recording.Body body) {
        if (body.arrived() != null) {
            return body.arrived().toEpochMilli();
        }
        Instant time = TimestampRounding.instantOf(event.envelope().get("time"));
        if (time == null) {
            time = TimestampRounding.instantOf(((JsonObject) event.envelope().get("detail")).get("timestamp"));
        }
        return time == null ? Leaves.NO_TIME : time.toEpochMilli();
    }

    private void add(UsableEvent event, long time, long location) {
        EventKey key = rules.keyOf(event);
        RuleStats rule =
                stats.computeIfAbsent(key.rule(), name -> new RuleStats(name, rules.draft(event.detailType())));
        leaves.read(event, key.fallback() ? Edits.NONE : rule.edits);
        events++;
        rule.events++;
        rule.fallbacks += key.fallback() ? 1 : 0;
        if (time != Leaves.NO_TIME) {
            firstTime = Math.min(firstTime, time);
            lastTime = Math.max(lastTime, time);
        }
        boolean passedBefore = changes == null || changes.passed(event, time);
        long hash = Long.parseUnsignedLong(key.hash(), 0, 16, 16);
        int row = rowOfKey.get(hash);
        if (row >= 0 && isWithin(key, originals.gap(row, time))) {
            addCopy(event, rule, row, time, location, passedBefore);
            return;
        }
        int newRow = originals.add(leaves, time, location);
        if (row < 0) {
            rule.keys++;
            compareWithLastOfSubject(event, rule, newRow, time, location);
        } else {
            addLate(event, rule, row, newRow, time, location);
        }
        rowOfKey.put(hash, newRow);
        if (!passedBefore) {
            changes.addPassed(new Changes.Change(event.detailType(), rule.rule, location, -1, List.of()));
        }
    }

    private static boolean isWithin(EventKey key, long gap) {
        return gap == Leaves.NO_TIME || gap <= key.window().toMillis();
    }

    private void addCopy(UsableEvent event, RuleStats rule, int row, long time, long location, boolean passedBefore) {
        rule.copies++;
        long gap = originals.gap(row, time);
        if (gap != Leaves.NO_TIME) {
            rule.gaps.add(gap);
        }
        List<Field> differing = realDifferences(row);
        boolean differs = !differing.isEmpty() || !originals.sameContent(row, leaves);
        Suspicion.Pair pair = new Suspicion.Pair(originals.location(row), location);
        if (differs) {
            rule.differing++;
            rule.coarse(rules.draft(event.detailType()), leaves.ofGenesys()).add(pair, differing);
        }
        if (changes != null && passedBefore) {
            changes.addDropped(
                    new Changes.Change(event.detailType(), rule.rule, location, pair.first(), differing), differs);
        }
    }

    /**
     * The differences in content, without fields that are new in every publication. A {@link FieldKind#GENERIC_TIME generic time}
     * counts only if it is far off and the subject had another event in between.
     */
    private List<Field> realDifferences(int row) {
        boolean timeCounts = !isSentTwice(row) && rowOfSubject.get(leaves.subject()) != row;
        return originals.differences(row, leaves).stream()
                .filter(field -> field.kind.isContent() || timeCounts && field.kind == FieldKind.GENERIC_TIME)
                .toList();
    }

    /** Whether the {@link FieldKind#GENERIC_TIME generic times} of the two events are close together. */
    private boolean isSentTwice(int row) {
        long gap = originals.genericGap(row, leaves);
        return gap != Leaves.NO_TIME && gap <= SENT_TWICE_MILLIS;
    }

    /** Adds an event whose key was seen longer ago than the window, and decides whether it is a duplicate or a new, equal event. */
    private void addLate(UsableEvent event, RuleStats rule, int row, int newRow, long time, long location) {
        rule.late++;
        boolean nothingInBetween = rowOfSubject.get(leaves.subject()) == row;
        int run = nothingInBetween ? runOfSubject.get(leaves.subject()) + 1 : 1;
        rowOfSubject.put(leaves.subject(), newRow);
        runOfSubject.put(leaves.subject(), run);
        boolean timeTells = leaves.hasOwnTime() || leaves.hasAnyTime() || isSentTwice(row);
        boolean holdsNoTime = leaves.genericTime() == Leaves.NO_TIME;
        if ((timeTells || holdsNoTime && nothingInBetween && !leaves.ofGenesys())
                && originals.sameContent(row, leaves)
                && realDifferences(row).isEmpty()) {
            Suspicion suspicion = rule.shortWindow(rules.draft(event.detailType()), leaves.ofGenesys());
            suspicion.add(new Suspicion.Pair(originals.location(row), location), List.of());
            suspicion.addTime(originals.gap(row, time));
            if (run >= REGULAR) {
                suspicion.addRun();
            }
            rule.lateGaps.add(originals.gap(row, time));
        }
    }

    /**
     * Compares an event that has a new key with the last event of the same subject: if their content is the same, the two may be
     * one event.
     */
    private void compareWithLastOfSubject(UsableEvent event, RuleStats rule, int row, long time, long location) {
        int last = rowOfSubject.get(leaves.subject());
        int run = 1;
        if (last >= 0 && originals.sameContent(last, leaves)) {
            run = runOfSubject.get(leaves.subject()) + 1;
            List<Field> differing = originals.differences(last, leaves);
            if (!differing.isEmpty() && mayBeOne(last, time)) {
                Suspicion suspicion = rule.fine(rules.draft(event.detailType()), leaves.ofGenesys());
                suspicion.add(new Suspicion.Pair(originals.location(last), location), differing);
                suspicion.addOwnTimes(leaves);
                suspicion.addGenericTime(originals.genericGap(last, leaves));
                if (run >= REGULAR) {
                    suspicion.addRun();
                }
            }
        }
        rowOfSubject.put(leaves.subject(), row);
        runOfSubject.put(leaves.subject(), run);
    }

    /** Whether two events with the same content may be one: both contain the same event time, or they arrived close together. */
    private boolean mayBeOne(int last, long time) {
        if (leaves.hasOwnTime() || leaves.ofGenesys()) {
            return leaves.hasOwnTime();
        }
        if (originals.genericGap(last, leaves) != Leaves.NO_TIME) {
            return isSentTwice(last);
        }
        long gap = originals.gap(last, time);
        return leaves.hasAnyTime() || gap != Leaves.NO_TIME && gap <= CAME_TWICE_MILLIS;
    }

    /** By rule, sorted by name. */
    Collection<RuleStats> stats() {
        return stats.values();
    }

    Map<UnusableReason, Unusable> unusable() {
        return unusable;
    }

    /** The comparison with the old rules, or null if there are none. */
    Changes changes() {
        return changes;
    }

    /** How many usable events were added. */
    public long events() {
        return events;
    }

    /** The time between the earliest and the latest event, in milliseconds; 0 without timestamps. */
    long span() {
        return lastTime == Leaves.NO_TIME ? 0 : lastTime - firstTime;
    }

    /** Whether the new rules would drop events that the old rules forward and that differ from their originals. */
    public boolean wouldDropDiffering() {
        return changes != null && changes.newlyDroppedDiffering() > 0;
    }
}
