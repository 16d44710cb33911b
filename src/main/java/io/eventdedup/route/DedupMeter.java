package io.eventdedup.route;

import java.util.List;

/**
 * Every meter that there is. Those of the repository are registered by it, also where it works without this route; the others by
 * {@link RouteMeters}. The table in src/docs/operations.md, the dashboard and the alert rules are checked against this.
 */
public enum DedupMeter {
    EVENTS("dedup.events", Kind.COUNTER, "events by outcome and rule", "pipeline", "rule", "outcome"),
    KEY_FALLBACK("dedup.key.fallback", Kind.COUNTER, "events that lacked a part of their key", "pipeline", "rule"),
    COPIES("dedup.copies", Kind.COUNTER, "copies, compared with their originals", "pipeline", "rule", "content"),
    COPIES_DIFFERENCE(
            "dedup.copies.difference", Kind.COUNTER, "copies that differ in this field", "pipeline", "rule", "field"),
    COPY_GAP("dedup.copy.gap", Kind.HISTOGRAM, "how long after its original a copy came", "pipeline", "rule"),
    RULE_WINDOW("dedup.rule.window", Kind.SECONDS, "how long the rule's events are remembered", "rule"),
    EVENT_AGE("dedup.event.age", Kind.HISTOGRAM, "from the time in the event's envelope to its forwarding", "pipeline"),
    GATE_CLOSED("dedup.gate.closed", Kind.GAUGE, "1 while polling is stopped", "pipeline"),
    STEP_UNAVAILABLE("dedup.step.unavailable", Kind.GAUGE, "1 while the step is unavailable", "pipeline", "step"),
    SENDS_REFUSED(
            "dedup.sends.refused", Kind.COUNTER, "messages that a queue refused for their size or content", "then"),
    CLAIM("dedup.claim", Kind.TIMER, "claim requests to the table", "repository"),
    CONFIRM("dedup.confirm", Kind.TIMER, "confirm requests to the table", "repository"),
    CONFIRM_PENDING("dedup.confirm.pending", Kind.GAUGE, "forwarded events not in the table yet", "repository"),
    LEASE_LOST("dedup.lease.lost", Kind.COUNTER, "claims that another delivery took over", "repository"),
    CACHE_HITS("dedup.cache.hits", Kind.COUNTER, "copies recognised without a request", "repository");

    /** What a meter measures, and in what Prometheus shows it. */
    public enum Kind {
        /** How often. */
        COUNTER,
        /** How many now. */
        GAUGE,
        /** A duration that is set, in seconds. */
        SECONDS,
        /** How often and how long, in seconds. */
        TIMER,
        /** A timer that counts by length too. */
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

    /** What it measures. */
    public Kind kind() {
        return kind;
    }

    /** What it tells, in a few words. */
    public String meaning() {
        return meaning;
    }

    /** The names of its tags. */
    public List<String> tags() {
        return tags;
    }
}
