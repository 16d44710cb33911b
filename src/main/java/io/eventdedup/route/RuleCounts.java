package io.eventdedup.route;

import io.eventdedup.event.Copy;
import io.eventdedup.event.EventInFlight;
import io.eventdedup.event.Outcome;
import io.eventdedup.key.EventKey;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The counts of one rule in one pipeline since the start. No I/O. Thread-safe. */
public final class RuleCounts {

    private static final int MINUTES = 60;
    private static final Duration BETWEEN_WARNINGS = Duration.ofHours(1);

    private final String pipeline;
    private final String rule;
    private final Map<Outcome, Long> outcomes = new EnumMap<>(Outcome.class);
    private final Map<Copy.Content, Long> copies = new EnumMap<>(Copy.Content.class);
    private final BoundedNames names = new BoundedNames();
    private final Map<String, Long> fields = new TreeMap<>();
    private final TreeMap<Long, Integer> perMinute = new TreeMap<>();
    private long fallbacks;
    private long lastSeen;

    private String differingKey;
    private Instant quietUntil = Instant.MIN;
    private long warnedOf;
    private Map<String, Long> fieldsWarnedOf = Map.of();

    RuleCounts(String pipeline, String rule) {
        this.pipeline = pipeline;
        this.rule = rule;
    }

    /** The id of the pipeline's route. */
    public String pipeline() {
        return pipeline;
    }

    /** The rule, or {@code none}. */
    public String rule() {
        return rule;
    }

    /** @param copy how the event compares with its original, if it is a duplicate */
    synchronized void count(EventInFlight event, Outcome outcome, Optional<Copy> copy, Instant now) {
        outcomes.merge(outcome, 1L, Long::sum);
        lastSeen = now.toEpochMilli();
        if (outcome != Outcome.RETURNED) {
            perMinute.merge(minute(now), 1, Integer::sum);
            perMinute.headMap(perMinute.lastKey() - MINUTES, true).clear();
            fallbacks += event.key().filter(EventKey::fallback).isPresent() ? 1 : 0;
        }
        copy.ifPresent(found -> {
            copies.merge(found.content(), 1L, Long::sum);
            found.fields().stream().map(names::of).distinct().forEach(field -> fields.merge(field, 1L, Long::sum));
            differingKey = found.content() == Copy.Content.DIFFERS ? event.shortKey() : differingKey;
        });
    }

    /** The number of events with this outcome; each return of an event counts. */
    synchronized long count(Outcome outcome) {
        return outcomes.getOrDefault(outcome, 0L);
    }

    /** The number of duplicates that compare like this with their originals. */
    synchronized long copies(Copy.Content content) {
        return copies.getOrDefault(content, 0L);
    }

    /** The number of settled events that lacked a required part of the key. */
    synchronized long fallbacks() {
        return fallbacks;
    }

    /** The number of duplicates that differ from their originals in this field. */
    synchronized long differing(String field) {
        return fields.getOrDefault(field, 0L);
    }

    /** For each field, how many duplicates differ in it from their originals; at most 20 fields, then {@link BoundedNames#OTHER}. */
    synchronized Map<String, Long> fields() {
        return new TreeMap<>(fields);
    }

    /** The warning of duplicates that differ; empty if there are no new ones, or the last warning is less than an hour ago. */
    synchronized Optional<String> warning(Instant now) {
        long all = copies(Copy.Content.DIFFERS);
        long differing = all - warnedOf;
        if (differing == 0 || now.isBefore(quietUntil)) {
            return Optional.empty();
        }
        String where = fields.keySet().stream()
                .filter(field -> !fields.get(field).equals(fieldsWarnedOf.get(field)))
                .collect(Collectors.joining(", "));
        quietUntil = now.plus(BETWEEN_WARNINGS);
        warnedOf = all;
        fieldsWarnedOf = fields();
        return Optional.of("Rule " + rule + ": " + differing + (differing == 1 ? " copy differs" : " copies differ")
                + " from what was forwarded, in " + (where.isEmpty() ? "fields that cannot be named" : where)
                + " (key " + differingKey + ", route " + pipeline
                + "); if these are different events, add the fields to the rule's key");
    }

    /**
     * A snapshot of the counts.
     *
     * @param events settled events, so without those that are retried
     * @param copies duplicates, also those that observe mode forwards
     * @param differing duplicates that differ from their originals
     * @param fields for each field, how many duplicates differ in it
     * @param lastSeen epoch milliseconds; 0 if there was no event
     * @param minutes settled events per minute, the current minute last
     */
    public record Figures(
            long events,
            long forwarded,
            long copies,
            long differing,
            Map<String, Long> fields,
            long filtered,
            long deadLetters,
            long returned,
            long fallbacks,
            long lastSeen,
            int[] minutes) {}

    /** A snapshot of the counts. */
    public synchronized Figures figures(Instant now) {
        long first = minute(now) - MINUTES + 1;
        long all = outcomes.values().stream().mapToLong(Long::longValue).sum();
        return new Figures(
                all - count(Outcome.RETURNED),
                count(Outcome.FORWARDED),
                count(Outcome.DUPLICATE) + count(Outcome.OBSERVED_COPY),
                copies(Copy.Content.DIFFERS),
                fields(),
                count(Outcome.FILTERED),
                count(Outcome.DEAD_LETTER),
                count(Outcome.RETURNED),
                fallbacks,
                lastSeen,
                IntStream.range(0, MINUTES)
                        .map(i -> perMinute.getOrDefault(first + i, 0))
                        .toArray());
    }

    /** If the clock goes back, events count in the latest minute. */
    private long minute(Instant now) {
        long minute = TimeUnit.SECONDS.toMinutes(now.getEpochSecond());
        return perMinute.isEmpty() ? minute : Math.max(minute, perMinute.lastKey());
    }
}
