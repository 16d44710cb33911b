package io.eventdedup.sqs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.eventdedup.event.DeadLetter;
import io.eventdedup.event.EventInFlight;
import java.io.File;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.StreamCache;
import org.apache.camel.WrappedFile;
import org.apache.camel.component.aws2.sqs.Sqs2HeaderFilterStrategy;
import org.apache.camel.component.aws2.sqs.Sqs2MessageHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.w3c.dom.Node;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;

/** What goes out of an exchange: its body as text, and its headers as message attributes. */
final class MessageContent {

    private static final Logger LOG = LoggerFactory.getLogger(MessageContent.class);

    /** Attributes of a message (AWS documentation, SQS message attributes). */
    private static final int MOST_ATTRIBUTES = 10;

    /** The names that SQS takes, and the characters that it takes in values (AWS documentation, SendMessage). */
    private static final Pattern NAME = Pattern.compile("(?!(?i:aws|amazon)\\.)[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*");

    private static final Pattern TEXT =
            Pattern.compile("[\\t\\n\\r\\x20-\\x{D7FF}\\x{E000}-\\x{FFFD}\\x{10000}-\\x{10FFFF}]+");
    private static final int LONGEST_NAME = 256;

    /** Placed before all others, so that what a step adds cannot push them out. */
    private static final Set<String> OURS = Set.of("traceparent", "tracestate");

    private final ObjectMapper mapper = new ObjectMapper().findAndRegisterModules();
    private final Sqs2HeaderFilterStrategy filter = new Sqs2HeaderFilterStrategy();
    private final AtomicBoolean warned = new AtomicBoolean();

    /** Without these nobody would know a forwarded event, or why an event was dead-lettered. */
    private static final Set<String> NEEDED = Set.of(EventInFlight.KEY, DeadLetter.REASON);

    /** All attributes; those that are needed most; none. */
    static List<Map<String, MessageAttributeValue>> fewerAndFewer(Map<String, MessageAttributeValue> attributes) {
        Map<String, MessageAttributeValue> needed = new LinkedHashMap<>(attributes);
        needed.keySet().retainAll(NEEDED);
        return Stream.of(attributes, needed, Map.<String, MessageAttributeValue>of())
                .distinct()
                .toList();
    }

    /**
     * The body as text: text as it is, anything that a step made of it instead (a map, a list, an object) as JSON.
     *
     * @throws UnsendableBodyException if there is no body, or it cannot be written as JSON
     * @throws InvalidPayloadException if text cannot be read from the stream or file that holds it
     */
    String text(Exchange exchange) throws InvalidPayloadException {
        Object body = exchange.getMessage().getBody();
        if (body == null) {
            throw new UnsendableBodyException("the body is empty, and SQS takes no message without one");
        }
        if (isText(body)) {
            return exchange.getMessage().getMandatoryBody(String.class);
        }
        try {
            return mapper.writeValueAsString(body);
        } catch (JsonProcessingException e) {
            throw new UnsendableBodyException("the body is a " + body.getClass().getName()
                    + ", which Jackson cannot write as JSON; let a step before the sending make text of it");
        }
    }

    private static boolean isText(Object body) {
        return body instanceof CharSequence
                || body instanceof byte[]
                || body instanceof ByteBuffer
                || body instanceof InputStream
                || body instanceof Reader
                || body instanceof StreamCache
                || body instanceof WrappedFile
                || body instanceof File
                || body instanceof Node;
    }

    /**
     * The headers as attributes. The given ones come first; of the others as many as SQS's limit leaves room for, without
     * Camel's own and those that SQS would refuse. Warns once when it leaves some out.
     */
    Map<String, MessageAttributeValue> attributes(Exchange exchange, Map<String, Object> first) {
        Map<String, MessageAttributeValue> attributes = new LinkedHashMap<>();
        first.forEach((name, value) -> attributes.put(name, Sqs2MessageHelper.toMessageAttributeValue(value)));
        Map<String, Object> headers = exchange.getMessage().getHeaders();
        OURS.forEach(name -> add(attributes, name, headers.get(name), exchange));
        headers.forEach((name, value) -> add(attributes, name, value, exchange));
        return attributes;
    }

    private void add(Map<String, MessageAttributeValue> attributes, String name, Object value, Exchange exchange) {
        if (value == null || attributes.containsKey(name) || filter.applyFilterToCamelHeaders(name, value, exchange)) {
            return;
        }
        MessageAttributeValue attribute = Sqs2MessageHelper.toMessageAttributeValue(value);
        if (attribute == null) {
            return;
        }
        if (attributes.size() < MOST_ATTRIBUTES && isAccepted(name, attribute)) {
            attributes.put(name, attribute);
        } else if (warned.compareAndSet(false, true)) {
            LOG.warn(
                    "The header {} is not sent, and others may not be: SQS takes {} attributes, and of names and values"
                            + " only certain characters. Remove headers that the receivers do not need",
                    NAME.matcher(name).matches() ? name : "(with a name that SQS refuses)",
                    MOST_ATTRIBUTES);
        }
    }

    private static boolean isAccepted(String name, MessageAttributeValue value) {
        return name.length() <= LONGEST_NAME
                && NAME.matcher(name).matches()
                && (value.stringValue() == null
                        || TEXT.matcher(value.stringValue()).matches());
    }
}
