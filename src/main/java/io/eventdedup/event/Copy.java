package io.eventdedup.event;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How a copy compares with its original. Contains names of fields, not their values.
 *
 * @param content whether its content is the same
 * @param fields the fields that differ, as JSON Pointers with {@code *} for array indexes; empty if they are unknown
 * @param gap how long after its original it came, if that is known
 */
public record Copy(Content content, List<String> fields, Optional<Duration> gap) {

    /** A negative gap, caused by the clock of another process, becomes zero. */
    public Copy {
        gap = gap.map(time -> time.isNegative() ? Duration.ZERO : time);
    }

    /** A copy whose original cannot be compared. */
    public static final Copy UNKNOWN = new Copy(Content.UNKNOWN, List.of(), Optional.empty());

    /** Whether the content of a copy is that of its original. */
    public enum Content {
        /** The same. */
        SAME,
        /** Different: the key rule may be too coarse. */
        DIFFERS,
        /** Unknown, because the original's row has no sketch (for example a row of the Lambda). */
        UNKNOWN;

        private final String label = name().toLowerCase(Locale.ROOT);

        /** The name in metrics, for example {@code differs}. */
        public String label() {
            return label;
        }
    }

    /** For logs, for example {@code differs in [/detail/a]}. */
    @Override
    public String toString() {
        return fields.isEmpty() ? content.label() : content.label() + " in " + fields;
    }
}
