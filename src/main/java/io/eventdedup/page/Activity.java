package io.eventdedup.page;

import io.eventdedup.event.Copy;
import io.eventdedup.event.EventInFlight;
import io.eventdedup.event.EventListener;
import io.eventdedup.event.Failure;
import io.eventdedup.event.Outcome;
import io.eventdedup.key.EventKey;
import io.eventdedup.route.BoundedNames;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Remembers what became of the events, in bounded memory: figures for each rule, the latest decisions, dead letters by reason.
 * Holds keys, types, rules and message ids, nothing else of an event.
 */
final class Activity implements EventListener {

    private static final int MOST_RECENT = 200;
    private static final int LONGEST_NAME = 200;
    private static final int MOST_FIELDS = 20;

    /** What may stand in a command line. Ours are like this; a handler of the user's own may give any. */
    private static final Pattern REASON = Pattern.compile("\\w{1,60}");

    private final Clock clock;
    private final Map<String, RuleActivity> rules = new ConcurrentHashMap<>();
    private final Deque<Decision> recent = new ArrayDeque<>(MOST_RECENT);
    private final BoundedNames reasonNames = new BoundedNames();
    private final Map<String, Long> reasons = new TreeMap<>();
    private volatile Wait lastWait;

    /**
     * What became of one event.
     *
     * @param at epoch milliseconds
     * @param type its detail-type, cut at {@value #LONGEST_NAME} characters; null of what is no event
     * @param key the first characters of its key
     * @param reason of a dead letter; else null
     * @param fields where a copy differs from its original, at most {@value #MOST_FIELDS}
     */
    record Decision(
            long at,
            String type,
            String rule,
            String key,
            String outcome,
            String messageId,
            long millis,
            String reason,
            List<String> fields) {}

    /** How long a message had been in the queue when it was received, and when it was done, in epoch milliseconds. */
    record Wait(long millis, long at) {}

    Activity(Clock clock) {
        this.clock = clock;
    }

    @Override
    public void ended(EventInFlight event, Outcome outcome) {
        long now = clock.millis();
        boolean fallback = event.key().map(EventKey::fallback).orElse(false);
        rules.computeIfAbsent(event.rule(), rule -> new RuleActivity()).count(outcome, fallback, event.copy(), now);
        Optional<String> reason = event.failure()
                .filter(failure -> outcome == Outcome.DEAD_LETTER && failure instanceof Failure.Dead)
                .map(dead -> ((Failure.Dead) dead).letter().reason());
        Decision decision = new Decision(
                now,
                event.key().map(EventKey::eventType).map(Activity::shortened).orElse(null),
                event.rule(),
                event.shortKey(),
                outcome.label(),
                event.delivery().messageId(),
                TimeUnit.NANOSECONDS.toMillis(event.nanos()),
                reason.orElse(null),
                event.copy().map(Copy::fields).orElse(List.of()).stream()
                        .limit(MOST_FIELDS)
                        .map(Activity::shortened)
                        .toList());
        synchronized (recent) {
            if (recent.size() == MOST_RECENT) {
                recent.removeLast();
            }
            recent.addFirst(decision);
            reason.ifPresent(known -> reasons.merge(bounded(known), 1L, Long::sum));
        }
        event.delivery().waited().map(Duration::toMillis).ifPresent(wait -> lastWait = new Wait(wait, now));
    }

    /** Names come from events, so they may be of any length. */
    static String shortened(String name) {
        return name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME) + "…";
    }

    private String bounded(String reason) {
        return REASON.matcher(reason).matches() ? reasonNames.of(reason) : BoundedNames.OTHER;
    }

    /** The figures of each rule that has seen an event. */
    Map<String, RuleActivity.Figures> rules() {
        long now = clock.millis();
        Map<String, RuleActivity.Figures> figures = new TreeMap<>();
        rules.forEach((rule, activity) -> figures.put(rule, activity.figures(now)));
        return figures;
    }

    /** The latest decisions, the last one first. */
    List<Decision> recent() {
        synchronized (recent) {
            return List.copyOf(recent);
        }
    }

    /** Dead letters since the start, by reason. */
    Map<String, Long> deadLetters() {
        synchronized (recent) {
            return Map.copyOf(reasons);
        }
    }

    /** Of the message whose event ended last. */
    Optional<Wait> lastWait() {
        return Optional.ofNullable(lastWait);
    }
}
