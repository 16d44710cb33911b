package io.eventdedup.route;

import io.eventdedup.event.Outcome;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Events by what became of them.
 *
 * @param counts every outcome with its number; events that were returned may be counted more than once
 */
record Totals(Map<Outcome, Long> counts) {

    static Totals of(OutcomeCounter outcomes) {
        Map<Outcome, Long> counts = new EnumMap<>(Outcome.class);
        for (Outcome outcome : Outcome.values()) {
            counts.put(outcome, outcomes.total(outcome));
        }
        return new Totals(counts);
    }

    /** What has come since the earlier totals. */
    Totals since(Totals earlier) {
        Map<Outcome, Long> difference = new EnumMap<>(Outcome.class);
        counts.forEach((outcome, count) -> difference.put(outcome, count - earlier.counts.get(outcome)));
        return new Totals(difference);
    }

    boolean isNone() {
        return counts.values().stream().allMatch(count -> count == 0);
    }

    @Override
    public String toString() {
        return counts.entrySet().stream()
                .map(entry -> String.format(Locale.ROOT, "%d %s", entry.getValue(), name(entry.getKey())))
                .collect(Collectors.joining(", "));
    }

    private static String name(Outcome outcome) {
        return switch (outcome) {
            case FORWARDED -> "forwarded";
            case DUPLICATE -> "duplicates";
            case OBSERVED_COPY -> "observed copies";
            case FILTERED -> "filtered";
            case DEAD_LETTER -> "dead letters";
            case RETURNED -> "returned";
        };
    }
}
