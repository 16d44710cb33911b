package io.eventdedup.sqs;

import org.apache.camel.Exchange;
import org.apache.camel.spi.ExceptionHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The consumer's exception handler: one line at DEBUG where Camel writes two stack traces for each message that goes
 * back. What an operator has to know is logged where it is decided, by {@link DeliveryPolicy} and {@link Gate}.
 */
public final class QuietExceptionHandler implements ExceptionHandler {

    private static final Logger LOG = LoggerFactory.getLogger(QuietExceptionHandler.class);

    @Override
    public void handleException(Throwable exception) {
        handleException(null, null, exception);
    }

    @Override
    public void handleException(String message, Throwable exception) {
        handleException(message, null, exception);
    }

    @Override
    public void handleException(String message, Exchange exchange, Throwable exception) {
        LOG.debug("{} {}", message, DeadLetter.describe(exception));
    }
}
