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
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Remembers what became of the events, in bounded memory: the latest decisions, dead letters by reason. Holds keys, types, rules and message ids, nothing else of an event.
 */
final class Activity implements EventListener {

    private static final int MOST_RECENT = 200;
    private static final int MOST_FIELDS = 20;

    /** What may stand in a command line. Ours are like this; a handler of the user's own may give any. */
    private static final Pattern REASON = Pattern.compile("\\w{1,60}");

    private final Clock clock;
    private final Deque<Decision> recent = new ArrayDeque<>(MOST_RECENT);
    private final BoundedNames reasonNames = new BoundedNames();
    private final Map<String, Long> reasons = new TreeMap<>();
    private volatile Wait lastWait;

    /**
     * What became of one event.
     *
     * @param at epoch milliseconds
     * @param type its detail-type, cut as {@link BoundedNames#cut} does; null of what is no event
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
        Optional<String> reason = event.failure()
                .filter(failure -> outcome == Outcome.DEAD_LETTER && failure instanceof Failure.Dead)
                .map(dead -> ((Failure.Dead) dead).letter().reason());
        Decision decision = new Decision(
                now,
                event.key().map(EventKey::eventType).map(BoundedNames::cut).orElse(null),
                event.rule(),
                event.shortKey(),
                outcome.label(),
                event.delivery().messageId(),
                TimeUnit.NANOSECONDS.toMillis(event.nanos()),
                reason.orElse(null),
                event.copy().map(Copy::fields).orElse(List.of()).stream()
                        .limit(MOST_FIELDS)
                        .map(BoundedNames::cut)
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

    private String bounded(String reason) {
        return REASON.matcher(reason).matches() ? reasonNames.of(reason) : BoundedNames.OTHER;
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
