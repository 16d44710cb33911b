package io.eventdedup.event;

import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;

/**
 * A circuitBreaker was open, so the steps in it did not run. Camel then continues without an exception (Camel documentation, Circuit
 * Breaker EIP), which would forward an unfinished event, or lose an event whose send was skipped.
 */
public final class StepRejectedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private StepRejectedException() {
        super("a circuitBreaker is open and has no onFallback, so its steps did not run", null, false, false);
    }

    /** The failure of an exchange in which the steps of a circuitBreaker were skipped without a fallback. */
    public static Optional<StepRejectedException> of(Exchange exchange) {
        boolean rejected =
                exchange.getProperty(ExchangePropertyKey.CIRCUIT_BREAKER_RESPONSE_REJECTED, false, boolean.class)
                        && !exchange.getProperty(
                                ExchangePropertyKey.CIRCUIT_BREAKER_RESPONSE_FROM_FALLBACK, false, boolean.class);
        return rejected ? Optional.of(new StepRejectedException()) : Optional.empty();
    }
}
