package io.eventdedup.route;

import io.eventdedup.event.Copy;
import io.eventdedup.event.EventInFlight;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What is to be told of copies that differ from their originals: one warning for each rule and hour, the first at once. No I/O.
 * Thread-safe.
 */
final class Differences {

    private static final Duration PERIOD = Duration.ofHours(1);

    private final Clock clock;
    private final Map<String, OfRule> byRule = new LinkedHashMap<>();

    private static final class OfRule {
        final BoundedNames names = new BoundedNames();
        final Set<String> untold = new TreeSet<>();
        long count;
        String shortKey;
        Instant toldUntil = Instant.MIN;
    }

    Differences(Clock clock) {
        this.clock = clock;
    }

    /**
     * Notes a copy that differs.
     *
     * @return the fields in which it does, those beyond the bound as one
     */
    synchronized List<String> note(EventInFlight event, Copy copy) {
        OfRule rule = byRule.computeIfAbsent(event.rule(), name -> new OfRule());
        List<String> fields =
                copy.fields().stream().map(rule.names::of).distinct().toList();
        rule.untold.addAll(fields);
        rule.count++;
        rule.shortKey = event.shortKey();
        return fields;
    }

    /** The warnings that are due; each is returned once. */
    synchronized List<String> due() {
        Instant now = clock.instant();
        List<String> warnings = new ArrayList<>();
        byRule.forEach((name, rule) -> {
            if (rule.count > 0 && !now.isBefore(rule.toldUntil)) {
                warnings.add(warning(name, rule));
                rule.toldUntil = now.plus(PERIOD);
                rule.untold.clear();
                rule.count = 0;
            }
        });
        return warnings;
    }

    private static String warning(String name, OfRule rule) {
        return "Rule " + name + ": " + rule.count + (rule.count == 1 ? " copy differs" : " copies differ")
                + " from what was forwarded, in "
                + (rule.untold.isEmpty() ? "fields that cannot be named" : String.join(", ", rule.untold))
                + " (key " + rule.shortKey + "); if these are events of their own, add the fields to the rule's key";
    }
}
