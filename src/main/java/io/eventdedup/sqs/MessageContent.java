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

/** The content of an outgoing message: the body as text, and the headers as message attributes. */
final class MessageContent {

    private static final Logger LOG = LoggerFactory.getLogger(MessageContent.class);

    /** SQS allows this many attributes per message (AWS documentation, SQS message attributes). */
    private static final int MAX_ATTRIBUTES = 10;

    /** The names that SQS accepts, and the characters that it accepts in values (AWS documentation, SendMessage). */
    private static final Pattern NAME = Pattern.compile("(?!(?i:aws|amazon)\\.)[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*");

    private static final Pattern TEXT =
            Pattern.compile("[\\t\\n\\r\\x20-\\x{D7FF}\\x{E000}-\\x{FFFD}\\x{10000}-\\x{10FFFF}]+");
    private static final int MAX_NAME_LENGTH = 256;

    /** These are added before other headers, so that headers of a step cannot displace them. */
    private static final Set<String> TRACE_HEADERS = Set.of("traceparent", "tracestate");

    private final ObjectMapper mapper = new ObjectMapper().findAndRegisterModules();
    private final Sqs2HeaderFilterStrategy filter = new Sqs2HeaderFilterStrategy();
    private final AtomicBoolean warned = new AtomicBoolean();

    /** A consumer needs these to recognize a forwarded event, and to know why an event was dead-lettered. */
    private static final Set<String> NEEDED = Set.of(EventInFlight.KEY, DeadLetter.REASON);

    /** All attributes, then only the most important ones, then none. */
    static List<Map<String, MessageAttributeValue>> fewerAndFewer(Map<String, MessageAttributeValue> attributes) {
        Map<String, MessageAttributeValue> needed = new LinkedHashMap<>(attributes);
        needed.keySet().retainAll(NEEDED);
        return Stream.of(attributes, needed, Map.<String, MessageAttributeValue>of())
                .distinct()
                .toList();
    }

    /**
     * The body as text. Text is not changed; anything else that a step has put there (a map, a list, an object) is written as JSON.
     *
     * @throws UnsendableBodyException if there is no body, or it cannot be written as JSON
     * @throws InvalidPayloadException if text cannot be read from the stream or file that holds it
     */
    String text(Exchange exchange) throws InvalidPayloadException {
        Object body = exchange.getMessage().getBody();
        if (body == null) {
            throw new UnsendableBodyException("the body is empty, and SQS accepts no message without a body");
        }
        if (isText(body)) {
            return exchange.getMessage().getMandatoryBody(String.class);
        }
        try {
            return mapper.writeValueAsString(body);
        } catch (JsonProcessingException e) {
            throw new UnsendableBodyException("the body is a " + body.getClass().getName()
                    + ", which Jackson cannot write as JSON; convert it to text in a step before the send");
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
     * The headers as attributes: first the given ones, then other headers up to SQS's limit, except Camel's own and those that SQS would
     * reject. Logs one warning if headers are left out.
     */
    Map<String, MessageAttributeValue> attributes(Exchange exchange, Map<String, Object> first) {
        Map<String, MessageAttributeValue> attributes = new LinkedHashMap<>();
        first.forEach((name, value) -> attributes.put(name, Sqs2MessageHelper.toMessageAttributeValue(value)));
        Map<String, Object> headers = exchange.getMessage().getHeaders();
        TRACE_HEADERS.forEach(name -> add(attributes, name, headers.get(name), exchange));
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
        if (attributes.size() < MAX_ATTRIBUTES && isAccepted(name, attribute)) {
            attributes.put(name, attribute);
        } else if (warned.compareAndSet(false, true)) {
            LOG.warn(
                    "Header {} is not sent as a message attribute, and others may not be either: SQS accepts at most {} attributes,"
                            + " and only certain characters in names and values. Remove headers that the receivers do not need",
                    NAME.matcher(name).matches() ? name : "(with a name that SQS rejects)",
                    MAX_ATTRIBUTES);
        }
    }

    private static boolean isAccepted(String name, MessageAttributeValue value) {
        return name.length() <= MAX_NAME_LENGTH
                && NAME.matcher(name).matches()
                && (value.stringValue() == null
                        || TEXT.matcher(value.stringValue()).matches());
    }
}
