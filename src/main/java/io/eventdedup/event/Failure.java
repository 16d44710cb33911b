package io.eventdedup.event;

import java.time.Duration;

/** What is to become of an event that could not be forwarded. */
public sealed interface Failure {

    /** Whether this was a failed attempt of the event's own, which counts; an outage is none. */
    boolean attempt();

    /**
     * The message goes back to the input queue.
     *
     * @param visibleIn after how long it becomes visible again
     * @param outage whether something is unavailable, so that it becomes visible at once when that is available again
     */
    record Again(Duration visibleIn, boolean attempt, boolean outage) implements Failure {}

    /**
     * The event goes to the dead-letter queue. Until its letter is accepted it has not ended; if its message goes back first, it
     * comes again, and {@code attempt} says whether its claim counts one failure more.
     */
    record Dead(DeadLetter letter, boolean attempt) implements Failure {}
}
