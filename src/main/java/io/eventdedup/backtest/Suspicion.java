package io.eventdedup.backtest;

import io.eventdedup.json.JsonPointer;
import io.eventdedup.key.Durations;
import io.eventdedup.key.RuleDraft;
import io.eventdedup.key.RuleDraft.Part;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Evidence that a rule may not fit a type of event: pairs of events, and the fields in which they differ. */
final class Suspicion {

    private static final int MOST_PAIRS = 3;
    private static final int MOST_FIELDS = 20;
    private static final int MOST_NEW_PARTS = 5;

    private static final JsonPointer DETAIL = JsonPointer.parse("/detail");
    private static final JsonPointer TOPIC = JsonPointer.parse("/detail/topicName");
    private static final JsonPointer BODY = JsonPointer.parse("/detail/eventBody");

    /** The locations of two events in the recording. */
    record Pair(long first, long second) {}

    private final RuleDraft rule;
    private final boolean genesys;
    private final Map<Field, Long> fields = new LinkedHashMap<>();
    private final Set<JsonPointer> ownTimes = new LinkedHashSet<>();
    private final List<Pair> pairs = new ArrayList<>();
    private long count;
    private long runs;
    private long longestTime;
    private long longestGenericTime;

    /** @param rule the current rule */
    Suspicion(RuleDraft rule, boolean genesys) {
        this.rule = rule;
        this.genesys = genesys;
    }

    void add(Pair pair, List<Field> differing) {
        count++;
        if (pairs.size() < MOST_PAIRS) {
            pairs.add(pair);
        }
        for (Field field : differing) {
            if (fields.containsKey(field) || fields.size() < MOST_FIELDS) {
                fields.merge(field, 1L, Long::sum);
            }
        }
    }

    /** Records the fields that are the event's own times and versions. */
    void addOwnTimes(Leaves leaves) {
        for (int i = 0; i < leaves.count() && ownTimes.size() < 3; i++) {
            Field field = leaves.field(leaves.place(i));
            if (field.kind == FieldKind.OWN_TIME || field.kind == FieldKind.OWN_VERSION) {
                ownTimes.add(field.pointer);
            }
        }
    }

    /** Records that the pair belongs to a run of many equal events, such as heartbeats. */
    void addRun() {
        runs++;
    }

    /** Records how far apart the two events of a pair are, in milliseconds. */
    void addTime(long millis) {
        longestTime = Math.max(longestTime, millis);
    }

    /** Records how far apart the {@link FieldKind#GENERIC_TIME generic times} of a pair are, in milliseconds. */
    void addGenericTime(long millis) {
        longestGenericTime = Math.max(longestGenericTime, millis);
    }

    String type() {
        return rule.match();
    }

    long count() {
        return count;
    }

    /** Whether most pairs are events that are sent regularly and so are not duplicates. */
    boolean isRegular() {
        return 2 * runs > count;
    }

    /** The longest time between the two events of a pair, in milliseconds. */
    long longestTime() {
        return longestTime;
    }

    List<Pair> pairs() {
        return List.copyOf(pairs);
    }

    /** The fields and how often they differ, most frequent first. */
    List<Map.Entry<Field, Long>> fields() {
        return fields.entrySet().stream()
                .sorted(Map.Entry.<Field, Long>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(entry -> entry.getKey().pointer.text()))
                .toList();
    }

    private List<JsonPointer> differing() {
        return fields().stream().map(entry -> entry.getKey().pointer).toList();
    }

    /** A rule that makes the events of a pair two events. */
    RuleDraft finerRule() {
        List<Part> parts = new ArrayList<>(rule.key());
        if (genesys) {
            fields.keySet().stream()
                    .filter(field -> field.kind == FieldKind.OWN_TIME || field.kind == FieldKind.OWN_VERSION)
                    .forEach(field -> parts.add(Part.required(field.pointer)));
            parts.add(Part.required(BODY));
        } else if (fields.isEmpty() || fields.size() > MOST_NEW_PARTS) {
            parts.clear();
            parts.add(Part.required(DETAIL));
        } else {
            differing().forEach(pointer -> parts.add(new Part(pointer, true)));
        }
        return rule.withKey(parts.stream().distinct().toList());
    }

    /** A rule that makes the events of a pair one event. */
    RuleDraft coarserRule() {
        List<JsonPointer> published = fields.keySet().stream()
                .filter(field -> !field.kind.isContent() && field.kind != FieldKind.ENVELOPE)
                .map(field -> field.pointer)
                .toList();
        if (genesys) {
            return rule.withKey(Stream.concat(Stream.of(TOPIC), Stream.concat(ownTimes.stream(), Stream.of(BODY)))
                            .map(Part::required)
                            .toList())
                    .withExcluded(published.stream()
                            .filter(pointer -> pointer.isWithin(BODY))
                            .toList());
        }
        List<JsonPointer> rounded = fields.keySet().stream()
                .filter(field -> field.kind == FieldKind.GENERIC_TIME && longestGenericTime < 1000)
                .map(field -> field.pointer)
                .toList();
        List<Part> kept = rule.key().stream()
                .filter(part ->
                        rounded.contains(part.pointer()) || differing().stream().noneMatch(part.pointer()::isWithin))
                .toList();
        boolean enough = kept.stream().anyMatch(part -> part.pointer().isWithin(DETAIL) && !part.optional());
        RuleDraft wider = rule.withKey(enough ? kept : List.of(Part.required(DETAIL)));
        return wider.withRounded(rounded.stream().filter(wider::compares).toList())
                .withExcluded(published.stream()
                        .filter(pointer -> wider.compares(pointer) && !rounded.contains(pointer))
                        .toList());
    }

    /** The rule with a window that covers every pair seen. */
    RuleDraft longerRule() {
        // Genesys republishes for up to four days; EventBridge and the queue can delay events further
        return rule.withWindow(
                (genesys ? Stream.of("14d", "30d") : Stream.of("5m", "1h", "6h", "24h", "4d", "14d", "30d"))
                        .map(Durations::parse)
                        .filter(window -> window.toMillis() >= longestTime + longestTime / 4)
                        .findFirst()
                        .orElse(Duration.ofDays(60)));
    }
}
