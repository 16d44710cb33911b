package io.eventdedup.sqs;

import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;

/**
 * A circuitBreaker above was open, so its steps did not run. Camel lets the exchange go on without an exception then (Camel
 * documentation, Circuit Breaker EIP), which would forward an event that is not finished.
 */
public final class StepRejectedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private StepRejectedException() {
        super("a circuitBreaker is open and has no onFallback, so its steps did not run", null, false, false);
    }

    /** Throws if the steps of a circuitBreaker were left out and nothing took their place. */
    public static void throwIfRejected(Exchange exchange) {
        if (isRejected(exchange)) {
            throw new StepRejectedException();
        }
    }

    private static boolean isRejected(Exchange exchange) {
        return exchange.getProperty(ExchangePropertyKey.CIRCUIT_BREAKER_RESPONSE_REJECTED, false, boolean.class)
                && !exchange.getProperty(
                        ExchangePropertyKey.CIRCUIT_BREAKER_RESPONSE_FROM_FALLBACK, false, boolean.class);
    }
}
