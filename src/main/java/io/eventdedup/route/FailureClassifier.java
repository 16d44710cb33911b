package io.eventdedup.route;

import io.eventdedup.sqs.DeadLetterProcessor;
import io.eventdedup.sqs.Delivery;
import org.apache.camel.Exchange;

/**
 * The questions that the failure handlers in the route's YAML ask, one for each handler. For one exchange at most one
 * answer is true. The failure of a dead letter itself is never unusable, rejected or exhausted: its message stays.
 */
public final class FailureClassifier {

    private int maxAttempts = 5;

    /** Deliveries after which an event that keeps failing is dead-lettered; at least 1. */
    public void setMaxAttempts(int maxAttempts) {
        if (maxAttempts < 1) {
            throw new IllegalArgumentException("dedup.max-attempts is " + maxAttempts + "; it must be at least 1");
        }
        this.maxAttempts = maxAttempts;
    }

    public boolean isUnusable(Exchange exchange) {
        return cause(exchange) == FailureCause.UNUSABLE_BODY;
    }

    public boolean isInProgress(Exchange exchange) {
        return cause(exchange) == FailureCause.IN_PROGRESS;
    }

    public boolean isOutage(Exchange exchange) {
        return cause(exchange) == FailureCause.OUTAGE;
    }

    public boolean isRejected(Exchange exchange) {
        return cause(exchange) == FailureCause.FORWARD_REJECTED && !DeadLetterProcessor.isDeadLetter(exchange);
    }

    public boolean isExhausted(Exchange exchange) {
        Delivery delivery = exchange.getProperty(Delivery.PROPERTY, Delivery.class);
        return cause(exchange) == FailureCause.STEP_FAILED
                && !DeadLetterProcessor.isDeadLetter(exchange)
                && delivery != null
                && delivery.receiveCount() >= maxAttempts;
    }

    private static FailureCause cause(Exchange exchange) {
        return FailureCause.of(exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class));
    }
}
