package io.eventdedup.event;

import java.time.Duration;

/** What becomes of an event that could not be forwarded. */
public sealed interface Failure {

    /** Whether this counts as a failed attempt of the event; an outage does not. */
    boolean attempt();

    /**
     * The message goes back to the input queue.
     *
     * @param visibleIn when it becomes visible again
     * @param outage whether something is unavailable; the message then becomes visible as soon as it is available again
     */
    record Again(Duration visibleIn, boolean attempt, boolean outage) implements Failure {}

    /**
     * The event is dead-lettered. It ends when the dead-letter queue has accepted it. If its message goes back before, the event comes
     * again, and {@code attempt} says whether its claim counts one more failure.
     */
    record Dead(DeadLetter letter, boolean attempt) implements Failure {}
}
