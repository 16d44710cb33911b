package io.eventdedup.route;

import io.eventdedup.sqs.Outcome;
import java.util.Locale;

/**
 * Events by what became of them.
 *
 * @param forwarded accepted by the output queue
 * @param duplicates recognised as copies
 * @param deadLetters accepted by the dead-letter queue
 * @param returned given back to the input queue; one event may be so more than once
 */
record Totals(long forwarded, long duplicates, long deadLetters, long returned) {

    static final Totals NONE = new Totals(0, 0, 0, 0);

    static Totals of(OutcomeCounter outcomes) {
        return new Totals(
                outcomes.total(Outcome.FORWARDED),
                outcomes.total(Outcome.DUPLICATE),
                outcomes.total(Outcome.DEAD_LETTER),
                outcomes.total(Outcome.RETURNED));
    }

    /** What has come since the earlier totals. */
    Totals since(Totals earlier) {
        return new Totals(
                forwarded - earlier.forwarded,
                duplicates - earlier.duplicates,
                deadLetters - earlier.deadLetters,
                returned - earlier.returned);
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%d forwarded, %d duplicates, %d dead letters, %d returned",
                forwarded,
                duplicates,
                deadLetters,
                returned);
    }
}
