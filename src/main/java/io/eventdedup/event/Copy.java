package io.eventdedup.event;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How a copy compares with its original. Holds names of fields, nothing of what is in them.
 *
 * @param content whether it says the same
 * @param fields where it differs, as JSON Pointers with {@code *} for the number of an element; none if the names are not known
 * @param gap how long after its original it came, if the original's time is known
 */
public record Copy(Content content, List<String> fields, Optional<Duration> gap) {

    /** A gap below zero, since another process's clock is ahead, counts as none. */
    public Copy {
        gap = gap.map(time -> time.isNegative() ? Duration.ZERO : time);
    }

    /** A copy of which nothing is known, since its original left nothing to compare with. */
    public static final Copy UNKNOWN = new Copy(Content.UNKNOWN, List.of(), Optional.empty());

    /** Whether a copy says the same as its original. */
    public enum Content {
        /** It does. */
        SAME,
        /** It does not: the key rule may be too coarse. */
        DIFFERS,
        /** Not known: the original's row has no sketch (e.g. a row of the Lambda). */
        UNKNOWN;

        private final String label = name().toLowerCase(Locale.ROOT);

        /** The name as the metrics show it, for example {@code differs}. */
        public String label() {
            return label;
        }
    }

    /** For a log, for example {@code differs in [/detail/a]}. */
    @Override
    public String toString() {
        return fields.isEmpty() ? content.label() : content.label() + " in " + fields;
    }
}
