package io.eventdedup.route;

import java.util.List;

/**
 * All meters. The repository registers its own, also where it is used without this route; {@link RouteMeters} registers the others.
 * Tests compare the table in src/docs/operations.md, the dashboard and the alert rules with this list.
 */
public enum DedupMeter {
    EVENTS("dedup.events", Kind.COUNTER, "events by outcome and rule", "pipeline", "rule", "outcome"),
    KEY_FALLBACK(
            "dedup.key.fallback", Kind.COUNTER, "events that lack a required part of their key", "pipeline", "rule"),
    COPIES("dedup.copies", Kind.COUNTER, "duplicates, compared with their originals", "pipeline", "rule", "content"),
    COPIES_DIFFERENCE(
            "dedup.copies.difference",
            Kind.COUNTER,
            "duplicates that differ from their originals in this field",
            "pipeline",
            "rule",
            "field"),
    COPY_GAP("dedup.copy.gap", Kind.HISTOGRAM, "time between an original and its duplicate", "pipeline", "rule"),
    RULE_WINDOW("dedup.rule.window", Kind.SECONDS, "how long the rule's events are remembered", "rule"),
    EVENT_AGE("dedup.event.age", Kind.HISTOGRAM, "time from an event's envelope time to its forwarding", "pipeline"),
    GATE_CLOSED("dedup.gate.closed", Kind.GAUGE, "1 while polling is stopped", "pipeline"),
    STEP_UNAVAILABLE("dedup.step.unavailable", Kind.GAUGE, "1 while the step is unavailable", "pipeline", "step"),
    SENDS_REFUSED(
            "dedup.sends.refused", Kind.COUNTER, "messages that a queue rejected for their size or content", "then"),
    CLAIM("dedup.claim", Kind.TIMER, "claim requests to the table", "repository"),
    CONFIRM("dedup.confirm", Kind.TIMER, "confirm requests to the table", "repository"),
    CONFIRM_PENDING("dedup.confirm.pending", Kind.GAUGE, "forwarded events not in the table yet", "repository"),
    LEASE_LOST("dedup.lease.lost", Kind.COUNTER, "claims that another delivery took over", "repository"),
    CACHE_HITS("dedup.cache.hits", Kind.COUNTER, "duplicates recognized without a request", "repository");

    /** The kind of a meter, which decides what Prometheus shows for it. */
    public enum Kind {
        /** A number of occurrences. */
        COUNTER,
        /** A current number. */
        GAUGE,
        /** A configured duration, in seconds. */
        SECONDS,
        /** Number and duration, in seconds. */
        TIMER,
        /** A timer with buckets. */
        HISTOGRAM
    }

    private final String id;
    private final Kind kind;
    private final String meaning;
    private final List<String> tags;

    DedupMeter(String id, Kind kind, String meaning, String... tags) {
        this.id = id;
        this.kind = kind;
        this.meaning = meaning;
        this.tags = List.of(tags);
    }

    /** The name in Micrometer, with dots. */
    public String id() {
        return id;
    }

    public Kind kind() {
        return kind;
    }

    /** What it measures, in a few words. */
    public String meaning() {
        return meaning;
    }

    public List<String> tags() {
        return tags;
    }
}
