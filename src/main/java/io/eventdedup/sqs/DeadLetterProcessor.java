package io.eventdedup.sqs;

import org.apache.camel.Exchange;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.Processor;
import org.apache.camel.component.aws2.sqs.Sqs2Constants;

/**
 * Turns a {@link DeadLetter} in the body into the message for the dead-letter queue: the original text as body, the
 * reason and the rest as message attributes. Whatever fails from here on, the message stays in the input queue.
 */
public final class DeadLetterProcessor implements Processor {

    /** Set on the exchange of a dead letter. */
    static final String SENT_PROPERTY = "dedupDeadLetter";

    @Override
    public void process(Exchange exchange) throws InvalidPayloadException {
        DeadLetter letter = exchange.getMessage().getMandatoryBody(DeadLetter.class);
        exchange.setProperty(SENT_PROPERTY, true);
        exchange.setProperty(
                Sqs2Constants.MESSAGE_GROUP_ID_PROPERTY,
                letter.key() == null ? letter.sourceMessageId() : letter.key());
        Outcome.setRule(exchange, letter.rule());
        exchange.getMessage().removeHeaders("*");
        letter.attributes().forEach(exchange.getMessage()::setHeader);
        exchange.getMessage().setBody(letter.body());
    }

    /** True for the exchange of a dead letter, which must never become a dead letter itself. */
    public static boolean isDeadLetter(Exchange exchange) {
        return exchange.getProperty(SENT_PROPERTY, false, boolean.class);
    }
}
