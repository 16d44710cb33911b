package io.eventdedup.proof;

import io.eventdedup.event.Outcome;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What really happened, whatever the processes think; and the properties that are checked against it.
 *
 * <p>An event may go out, or be dead-lettered, once more for each excuse: the named exceptions, each noted where it happens.
 */
final class Books {

    /** What is known of a key. */
    private static final class OfKey {
        int accepted;
        int twice;
        int excuses;
        Instant lastAccepted;
        Instant lastConfirmed;
        /** How often a step failed for it, whoever knows. */
        int failures;

        /** How often, as the table was told by deliveries that had the key. */
        int failuresWritten;
    }

    /** What is known of one event of one message. */
    private static final class OfEvent {
        int accepted;
        int letters;
        int letterExcuses;
        int both;
        int told;
        Instant lastAccepted;
    }

    private final Setup setup;
    private final Clock clock;
    private final Duration longer;
    private final Map<String, OfKey> keys = new TreeMap<>();
    private final Map<Element, OfEvent> events = new HashMap<>();
    private final int[] outcomes = new int[Outcome.values().length];
    private String lastKey = "";

    /** @param leaseAndSkew how much longer a key may be remembered whose window is longer than that */
    Books(Setup setup, Clock clock, Duration leaseAndSkew) {
        this.setup = setup;
        this.clock = clock;
        this.longer = setup.window().compareTo(leaseAndSkew) < 0 ? Duration.ofSeconds(4) : leaseAndSkew.multipliedBy(2);
    }

    private OfKey of(String key) {
        return keys.computeIfAbsent(key, absent -> new OfKey());
    }

    private OfEvent of(Element event) {
        return events.computeIfAbsent(event, absent -> new OfEvent());
    }

    Iterable<String> keys() {
        return keys.keySet();
    }

    void exists(Element event) {
        of(event);
        of(event.key());
    }

    /** The output has accepted the event. */
    void accepted(Element event) {
        OfKey key = of(event.key());
        if (key.lastAccepted != null && isWithinWindow(key.lastAccepted)) {
            key.twice++;
        }
        key.accepted++;
        key.lastAccepted = clock.instant();
        OfEvent known = of(event);
        known.accepted++;
        known.lastAccepted = clock.instant();
        if (known.letters > 0) {
            known.both++;
        }
    }

    /** Clocks that are apart may make it shorter. */
    private boolean isWithinWindow(Instant begin) {
        return clock.instant().isBefore(begin.plus(setup.window()).minusSeconds(2));
    }

    /** A confirm has been carried out; how long the key is remembered counts from here. */
    void confirmed(String key) {
        of(key).lastConfirmed = clock.instant();
    }

    /** One of the named exceptions has happened to the key, and was counted where an operator sees it. */
    void excuse(String key) {
        of(key).excuses++;
    }

    void excuseLetter(Element event) {
        of(event).letterExcuses++;
    }

    void uses(String key) {
        lastKey = key;
    }

    void leaseLost() {
        of(lastKey).excuses++;
    }

    void failed(Element event) {
        of(event.key()).failures++;
    }

    /** The table counts a failure. */
    void failureIsWritten(String key) {
        of(key).failuresWritten++;
    }

    void rowIsGone(String key) {
        of(key).failuresWritten = 0;
    }

    int failuresWritten(String key) {
        return of(key).failuresWritten;
    }

    /** A delivery takes the event for a duplicate. */
    void takenForDuplicate(Element event) {
        OfKey key = of(event.key());
        if (key.accepted == 0) {
            throw new Violation("lost: " + event + " is taken for a duplicate of an event that was never forwarded");
        }
        if (key.lastConfirmed != null
                && clock.instant()
                        .isAfter(key.lastConfirmed.plus(setup.window()).plus(longer))) {
            throw new Violation("dropped: " + event + " is taken for a duplicate though the window is over");
        }
    }

    /**
     * The dead-letter queue has accepted the event.
     *
     * @param keyed whether its key was known; without it nobody can tell that the event was forwarded before
     */
    void lettered(Element event, boolean exhausted, boolean keyed) {
        OfEvent known = of(event);
        known.letters++;
        if (known.letters > 1 + known.letterExcuses) {
            throw new Violation("two dead letters: " + event + " is dead-lettered " + known.letters + " times");
        }
        if (exhausted && of(event.key()).failures < setup.maxAttempts()) {
            throw new Violation("early: " + event + " is dead-lettered after too few failures of its own");
        }
        if (keyed && known.lastAccepted != null && isWithinWindow(known.lastAccepted)) {
            known.both++;
        }
    }

    void told(Element event, Outcome outcome) {
        outcomes[outcome.ordinal()]++;
        if (outcome != Outcome.RETURNED) {
            of(event).told++;
        }
    }

    /** The message is gone from the input queue. */
    void deleted(Message message) {
        for (Element event : message.elements) {
            if (of(event).letters == 0 && of(event.key()).accepted == 0) {
                throw new Violation(
                        "lost: " + message + " is deleted, and " + event + " was neither forwarded nor dead-lettered");
            }
            if (of(event).told == 0) {
                throw new Violation(
                        "unreported: " + message + " is deleted, and the end of " + event + " was not reported");
            }
        }
    }

    /** The books are closed: nothing is under way, and no message is left. */
    void close() {
        keys.forEach((key, known) -> {
            if (known.twice > known.excuses) {
                throw new Violation("twice: " + key + " was forwarded " + known.accepted + " times, "
                        + known.twice + " of them within the window of another, and only " + known.excuses
                        + " were excusable");
            }
        });
        events.forEach((event, known) -> {
            if (known.both > 0 && known.letterExcuses == 0 && of(event.key()).excuses == 0) {
                throw new Violation("both: " + event + " is forwarded and dead-lettered");
            }
        });
    }

    int letters(Element event) {
        return of(event).letters;
    }

    /** What distinguishes these books from others. */
    String describe(Message message) {
        StringBuilder text = new StringBuilder();
        for (Element event : message.elements) {
            OfEvent known = of(event);
            text.append(known.accepted)
                    .append(known.letters)
                    .append(known.letterExcuses)
                    .append(Math.min(known.both, 1))
                    .append(Math.min(known.told, 1));
        }
        return text.toString();
    }

    String describe(String key) {
        OfKey known = of(key);
        long since = known.lastAccepted == null
                ? -1
                : Math.min(
                        Duration.between(known.lastAccepted, clock.instant()).toSeconds(),
                        setup.window().toSeconds());
        long confirmed = known.lastConfirmed == null
                ? -1
                : Math.min(
                        Duration.between(known.lastConfirmed, clock.instant()).toSeconds(),
                        setup.window().plus(longer).toSeconds());
        boolean isShort = setup.window().equals(Setup.SHORT_WINDOW);
        return Math.min(known.accepted, 1)
                + "." + (known.excuses - known.twice)
                + (known.excuses > 0 ? "e" : "")
                + "." + known.failuresWritten + "." + Math.min(known.failures, setup.maxAttempts()) + "."
                + (isShort ? since + "." + confirmed : since < setup.window().toSeconds() ? "w" : "");
    }

    @Override
    public String toString() {
        return Arrays.toString(outcomes);
    }
}
