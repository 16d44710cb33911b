package io.eventdedup.sqs;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.component.aws2.sqs.Sqs2Constants;
import org.apache.camel.support.DefaultProducer;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeNameForSends;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeValue;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchResultEntry;

/**
 * Sends a message and waits until SQS has accepted it. An event that has failed, in whichever of its exchanges, is not sent:
 * its exchange stops here.
 */
final class DedupSqsProducer extends DefaultProducer {

    /** The header under which a received X-Ray trace travels through the route. */
    static final String TRACE_HEADER = "AWSTraceHeader";

    private static final String EVENT_TYPE = "eventType";
    private static final String COPY = "dedupCopy";

    private final MessageContent content = new MessageContent();

    DedupSqsProducer(DedupSqsEndpoint endpoint) {
        super(endpoint);
    }

    /** @throws SendFailedException if SQS does not accept the message, or does not answer */
    @Override
    public void process(Exchange exchange) throws Exception {
        Optional<EventInFlight> letter = EventInFlight.ofLetter(exchange);
        if (letter.isPresent()) {
            sendLetter(exchange, letter.get());
            return;
        }
        Optional<EventInFlight> event = EventInFlight.of(exchange);
        if (event.isPresent()) {
            sendEvent(exchange, event.get());
        } else {
            send(exchange, content.text(exchange), Map.of(), FifoIds.ofOther(exchange.getExchangeId()));
        }
    }

    private void sendEvent(Exchange exchange, EventInFlight event) throws Exception {
        Optional<StepRejectedException> rejected = StepRejectedException.of(exchange);
        if (rejected.isPresent()) {
            throw rejected.get();
        }
        // may ask SQS, so before the send begins
        boolean isOutput = endpoint().getComponent().isOutput(endpoint().name());
        OptionalInt sentBefore = event.startSend();
        if (sentBefore.isEmpty()) {
            exchange.setRouteStop(true);
            return;
        }
        EventInFlight.Identity identity = event.identity()
                .orElseThrow(() ->
                        new IllegalStateException("The event has no key yet: dedupKeys comes before the sending"));
        Map<String, Object> first = new LinkedHashMap<>();
        first.put(EventInFlight.KEY, identity.key());
        first.put(EVENT_TYPE, identity.eventType());
        if (event.isObservedCopy()) {
            first.put(COPY, "true");
        }
        send(
                exchange,
                content.text(exchange),
                first,
                FifoIds.ofEvent(event.deduplicationId(), identity.group(), sentBefore.getAsInt()));
        event.accepted(isOutput);
    }

    private void sendLetter(Exchange exchange, EventInFlight event) throws Exception {
        String body = content.text(exchange);
        String source = event.delivery().messageId();
        String group = event.identity().map(EventInFlight.Identity::key).orElse(source);
        send(exchange, body, letterAttributes(exchange), FifoIds.ofLetter(source, body, group));
        event.letterAccepted();
    }

    private static Map<String, Object> letterAttributes(Exchange exchange) {
        Map<String, Object> first = new LinkedHashMap<>();
        exchange.getMessage().getHeaders().forEach((name, value) -> {
            if (name.startsWith(DeadLetter.ATTRIBUTE_PREFIX)) {
                first.put(name, value);
            }
        });
        return first;
    }

    private void send(Exchange exchange, String text, Map<String, Object> first, FifoIds ids) {
        QueueName queue = endpoint().name();
        SendMessageBatchRequestEntry.Builder entry = SendMessageBatchRequestEntry.builder()
                .id("0")
                .messageBody(text)
                .messageAttributes(attributes(exchange, first));
        Object trace = exchange.getMessage().getHeader(TRACE_HEADER);
        if (trace instanceof String header) {
            entry.messageSystemAttributes(Map.of(
                    MessageSystemAttributeNameForSends.AWS_TRACE_HEADER,
                    MessageSystemAttributeValue.builder()
                            .dataType("String")
                            .stringValue(header)
                            .build()));
        }
        if (queue.isFifo()) {
            entry.messageDeduplicationId(ids.deduplicationId()).messageGroupId(ids.groupId());
        }
        SendMessageBatchResultEntry accepted =
                endpoint().getComponent().connections().sends(queue).send(queue, entry.build());
        Message message = exchange.getMessage();
        message.setHeader(Sqs2Constants.MESSAGE_ID, accepted.messageId());
        message.setHeader(Sqs2Constants.MD5_OF_BODY, accepted.md5OfMessageBody());
    }

    private Map<String, MessageAttributeValue> attributes(Exchange exchange, Map<String, Object> first) {
        Map<String, MessageAttributeValue> attributes = content.attributes(exchange, first);
        attributes.remove(TRACE_HEADER);
        return attributes;
    }

    private DedupSqsEndpoint endpoint() {
        return (DedupSqsEndpoint) getEndpoint();
    }
}
