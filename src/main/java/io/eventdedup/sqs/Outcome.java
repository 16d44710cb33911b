package io.eventdedup.sqs;

import java.util.Locale;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;

/** Where an event ended in one delivery of its message. */
public enum Outcome {
    /** Accepted by the output queue. */
    FORWARDED,
    /** Recognised as a copy of an event that was forwarded before. */
    DUPLICATE,
    /** Accepted by the dead-letter queue. */
    DEAD_LETTER,
    /** Not settled: its message is back in the input queue. */
    RETURNED;

    private static final String RULE_PROPERTY = "dedupRule";
    private static final String NO_RULE = "none";
    private static final String DEAD_LETTER_PENDING = "dedupDeadLetterPending";

    private final String label = name().toLowerCase(Locale.ROOT);

    /** The name as the metrics show it, for example {@code dead_letter}. */
    public String label() {
        return label;
    }

    /**
     * What became of the event of a finished exchange; empty if it waits to be sent to the dead-letter queue, which is an
     * exchange of its own.
     */
    public static Optional<Outcome> of(Exchange finished) {
        if (finished.getException() != null) {
            return Optional.of(RETURNED);
        }
        if (finished.getProperty(DeadLetterProcessor.SENT_PROPERTY, false, boolean.class)) {
            return Optional.of(DEAD_LETTER);
        }
        if (finished.getProperty(DEAD_LETTER_PENDING, false, boolean.class)) {
            return Optional.empty();
        }
        boolean duplicate = finished.getProperty(ExchangePropertyKey.DUPLICATE_MESSAGE, false, boolean.class);
        return Optional.of(duplicate ? DUPLICATE : FORWARDED);
    }

    /** The key rule that matched the event, or {@code none}. */
    public static String rule(Exchange exchange) {
        return exchange.getProperty(RULE_PROPERTY, NO_RULE, String.class);
    }

    static void setRule(Exchange exchange, String rule) {
        exchange.setProperty(RULE_PROPERTY, rule);
    }

    static void awaitsDeadLetter(Exchange exchange) {
        exchange.setProperty(DEAD_LETTER_PENDING, true);
    }
}
