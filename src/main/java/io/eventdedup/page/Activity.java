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
 * Remembers the latest decisions and the dead letters by reason, in bounded memory. Stores keys, types, rules and message ids, but no
 * event content.
 */
final class Activity implements EventListener {

    private static final int MAX_RECENT = 200;
    private static final int MAX_FIELDS = 20;

    /** A reason that is safe in a command line. The built-in ones are; the user's handlers may set any text. */
    private static final Pattern REASON = Pattern.compile("\\w{1,60}");

    private final Clock clock;
    private final Deque<Decision> recent = new ArrayDeque<>(MAX_RECENT);
    private final BoundedNames reasonNames = new BoundedNames();
    private final Map<String, Long> reasons = new TreeMap<>();
    private volatile Wait lastWait;

    /**
     * The outcome of one event.
     *
     * @param at epoch milliseconds
     * @param type its detail-type, truncated by {@link BoundedNames#cut}; null for a body that is not an event
     * @param key the first characters of its key
     * @param reason the reason of a dead letter, else null
     * @param fields in which a duplicate differs from its original, at most {@value #MAX_FIELDS}
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

    /**
     * How long a message waited in the queue.
     *
     * @param millis from its sending to its receipt
     * @param at when it was finished, in epoch milliseconds
     */
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
                        .limit(MAX_FIELDS)
                        .map(BoundedNames::cut)
                        .toList());
        synchronized (recent) {
            if (recent.size() == MAX_RECENT) {
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

    /** The latest decisions, latest first. */
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

    /** The wait of the message whose event ended last. */
    Optional<Wait> lastWait() {
        return Optional.ofNullable(lastWait);
    }
}
