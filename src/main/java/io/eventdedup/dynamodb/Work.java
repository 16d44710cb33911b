package io.eventdedup.dynamodb;

import java.time.Instant;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.SafeCopyProperty;

/**
 * The work that a key is claimed for, as a route sees it. A route that knows better than Camel how an exchange ended puts one on
 * the exchange before the {@code idempotentConsumer}:
 *
 * <pre>{@code exchange.getExchangeExtension().setSafeCopyProperty(Work.PROPERTY, work)}</pre>
 *
 * <p>The repository takes it from there when it claims the key, and keeps it with the claim. So it is heard though the exchange
 * loses its properties, or another exchange, on another thread, ends the work.
 */
public interface Work extends SafeCopyProperty {

    /** Name of the exchange's safe-copy property. */
    String PROPERTY = "dedupWork";

    /** How the work on a key ended. */
    enum Verdict {
        /** It is done: copies of the event are duplicates from now on. */
        DONE,
        /** It failed: the key may be claimed again, and its row counts one failure more. */
        FAILED,
        /** Nothing is to be remembered: the next delivery of the event is new. For an outage, a shutdown, a dead letter. */
        FORGET
    }

    /**
     * The work that made the row of a key first.
     *
     * @param content what its {@link Work#content} was; empty if it had none, or another program wrote the row
     * @param processedAt when it was done, or, if only its group's item says that it was, when it was claimed; empty if the row
     *     does not say
     */
    record Original(byte[] content, Optional<Instant> processedAt) {}

    /**
     * What is kept with the key for the copies to come, as it is: at most some hundred bytes, so that an item stays below the 1 KB
     * of one write unit. Asked once, before the key is claimed; nothing by default.
     */
    default byte[] content() {
        return new byte[0];
    }

    /**
     * The key was not claimed, since its work is done: this is a copy. Called before {@code add} returns {@code false}, on the
     * same thread; what it throws goes to the caller of {@code add}. Does nothing by default.
     */
    default void duplicateOf(Original original) {}

    /**
     * The key was claimed for this work.
     *
     * @param failures how often work on the key has failed before, in whatever process; 0 if it is new, or its row was forgotten
     */
    void claimed(int failures);

    /**
     * How the work ended; decides what becomes of the claim, whether Camel confirms or removes the key. Asked once for each claim.
     * An exception counts as {@link Verdict#FORGET}.
     *
     * @param done the exchange whose end it is; may be another than the one that made the claim
     */
    Verdict verdict(Exchange done);
}
