package io.eventdedup.sqs;

import java.time.Duration;

/** What is to become of an event that could not be forwarded. */
public sealed interface Failure {

    /**
     * The message goes back to the input queue.
     *
     * @param visibleIn after how long it becomes visible again
     * @param attempt whether this was a failed attempt of the event's own, which counts; an outage is none
     */
    record Again(Duration visibleIn, boolean attempt) implements Failure {}

    /** The event goes to the dead-letter queue. */
    record Dead(DeadLetter letter) implements Failure {}
}
