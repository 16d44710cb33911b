package io.eventdedup.event;

import java.util.Locale;

/** Where an event ended in one delivery of its message. */
public enum Outcome {
    /** Accepted by the output queue. */
    FORWARDED,
    /** Recognised as a copy of an event that was forwarded before. */
    DUPLICATE,
    /** Such a copy, forwarded all the same and marked, since {@code dedup.mode} is {@code observe}. */
    OBSERVED_COPY,
    /** Taken out by a step that the user wrote. */
    FILTERED,
    /** Accepted by the dead-letter queue. */
    DEAD_LETTER,
    /** Not settled: its message goes back to the input queue. */
    RETURNED;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** The name as the metrics show it, for example {@code dead_letter}. */
    public String label() {
        return label;
    }

    /** Whether the event was recognised as a copy, dropped or not. */
    public boolean isCopy() {
        return this == DUPLICATE || this == OBSERVED_COPY;
    }
}
