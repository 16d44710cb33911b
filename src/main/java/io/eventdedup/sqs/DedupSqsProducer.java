package io.eventdedup.sqs;

import io.eventdedup.aws.AwsFailure;
import io.eventdedup.event.DeadLetter;
import io.eventdedup.event.EventInFlight;
import io.eventdedup.event.StepRejectedException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultProducer;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeNameForSends;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeValue;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchResultEntry;

/**
 * Sends a message and waits until SQS has accepted it. If the event has failed in any of its exchanges, it is not sent, and the exchange
 * stops here.
 */
final class DedupSqsProducer extends DefaultProducer {

    /** The header that carries a received X-Ray trace through the route. */
    static final String TRACE_HEADER = "AWSTraceHeader";

    private static final String EVENT_TYPE = "eventType";
    private static final String COPY = "dedupCopy";

    private final MessageContent content = new MessageContent();

    DedupSqsProducer(DedupSqsEndpoint endpoint) {
        super(endpoint);
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        endpoint().getComponent().add(this);
    }

    @Override
    protected void doStop() throws Exception {
        endpoint().getComponent().remove(this);
        super.doStop();
    }

    /** The queue that it sends to. */
    QueueName queue() {
        return endpoint().name();
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
            send(exchange, content.text(exchange), Map.of(), FifoIds.ofOther(exchange.getExchangeId()), false, "");
        }
    }

    private void sendEvent(Exchange exchange, EventInFlight event) throws Exception {
        Optional<StepRejectedException> rejected = StepRejectedException.of(exchange);
        if (rejected.isPresent()) {
            throw rejected.get();
        }
        String key = event.keyHash()
                .orElseThrow(
                        () -> new IllegalStateException("The event has no key yet; put dedupKeys before the send"));
        String text = content.text(exchange);
        // may ask SQS, so before the send begins
        boolean isOutput = pipeline(event).isOutput(endpoint().name());
        OptionalInt sentBefore = event.beginSend();
        if (sentBefore.isEmpty()) {
            exchange.setRouteStop(true);
            return;
        }
        try {
            Map<String, Object> first = new LinkedHashMap<>();
            first.put(EventInFlight.KEY, key);
            first.put(EVENT_TYPE, event.eventType());
            if (event.isObservedCopy()) {
                first.put(COPY, "true");
            }
            FifoIds ids = FifoIds.ofEvent(event.deduplicationId(), event.group(), sentBefore.getAsInt());
            send(exchange, text, first, ids, isOutput, isOutput ? proof() : "");
        } catch (Throwable failure) {
            event.sendFailed(failure);
            throw failure;
        }
        if (isOutput) {
            event.delivery().pipeline().polling().proved(proof());
        }
        event.sendAccepted(isOutput);
    }

    private void sendLetter(Exchange exchange, EventInFlight event) throws Exception {
        String body = content.text(exchange);
        String source = event.delivery().messageId();
        String group = event.keyHash().orElse(source);
        boolean needed = pipeline(event).isDeadLetterQueue(endpoint().name());
        send(exchange, body, letterAttributes(exchange), FifoIds.ofLetter(source, body, group), needed, "");
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

    /**
     * @param needed whether the pipeline needs the queue
     * @param proof what an accepted message proves if no probe can prove it, else empty
     */
    private void send(
            Exchange exchange, String text, Map<String, Object> first, FifoIds ids, boolean needed, String proof) {
        QueueName queue = endpoint().name();
        SendMessageBatchRequestEntry.Builder entry =
                SendMessageBatchRequestEntry.builder().id("0").messageBody(text);
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
        SendMessageBatchResultEntry accepted;
        try {
            accepted = send(entry, attributes(exchange, first));
        } catch (SdkException failure) {
            throw new SendFailedException(queue, failure, needed, proof);
        }
        Message message = exchange.getMessage();
        message.setHeader(DedupSqsHeaders.MESSAGE_ID, accepted.messageId());
        message.setHeader(DedupSqsHeaders.MD5_OF_BODY, accepted.md5OfMessageBody());
    }

    /**
     * SQS counts attributes as part of the message size (AWS documentation, Amazon SQS message quotas). A body that fits into the input
     * queue may therefore be too large once attributes are added. Then it is sent with fewer attributes, and finally without any.
     */
    private SendMessageBatchResultEntry send(
            SendMessageBatchRequestEntry.Builder entry, Map<String, MessageAttributeValue> attributes) {
        Sends sends = endpoint().getComponent().connections().sends(endpoint().name());
        SdkException refused = null;
        for (Map<String, MessageAttributeValue> fewer : MessageContent.fewerAndFewer(attributes)) {
            try {
                SendMessageBatchResultEntry accepted = sends.send(
                        endpoint().name(), entry.messageAttributes(fewer).build());
                if (refused != null) {
                    endpoint().getComponent().refused(true);
                }
                return accepted;
            } catch (SdkException failure) {
                if (AwsFailure.of(failure) != AwsFailure.CONTENT) {
                    throw failure;
                }
                refused = refused == null ? failure : refused;
            }
        }
        endpoint().getComponent().refused(false);
        throw Objects.requireNonNull(refused);
    }

    private Map<String, MessageAttributeValue> attributes(Exchange exchange, Map<String, Object> first) {
        Map<String, MessageAttributeValue> attributes = content.attributes(exchange, first);
        attributes.remove(TRACE_HEADER);
        return attributes;
    }

    /** A probe does not use the encryption key of the queue, so only a message proves that the output queue accepts messages. */
    private String proof() {
        return "queue " + endpoint().name().name();
    }

    private static QueuePipeline pipeline(EventInFlight event) {
        return (QueuePipeline) event.delivery().pipeline();
    }

    private DedupSqsEndpoint endpoint() {
        return (DedupSqsEndpoint) getEndpoint();
    }
}
