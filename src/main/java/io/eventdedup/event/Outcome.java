package io.eventdedup.event;

import java.util.Locale;

/** How an event ended in one delivery of its message. */
public enum Outcome {
    /** Accepted by the output queue. */
    FORWARDED,
    /** Recognized as a duplicate of an event that was forwarded before. */
    DUPLICATE,
    /** Such a duplicate, but forwarded and marked, because {@code dedup.mode} is {@code observe}. */
    OBSERVED_COPY,
    /** Filtered out by a user's step. */
    FILTERED,
    /** Accepted by the dead-letter queue. */
    DEAD_LETTER,
    /** Not settled: its message goes back to the input queue. */
    RETURNED;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** The name in metrics, for example {@code dead_letter}. */
    public String label() {
        return label;
    }

    /** Whether the event was recognized as a duplicate, dropped or not. */
    public boolean isCopy() {
        return this == DUPLICATE || this == OBSERVED_COPY;
    }
}
