package io.eventdedup.sqs;

import io.eventdedup.event.DeadLetter;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;

/**
 * Makes headers of the attributes of a received message, and leaves out those that would do harm.
 *
 * <p>Camel 4.18.0 lets an attribute set Camel's own headers, so that {@code CamelAwsSqsOperation=purgeQueue} would empty
 * the output queue; and an attribute typed {@code Number.int} with a value out of range makes Camel drop the whole polled
 * batch, at every poll. The attributes of our own dead letters are left out too: a letter put back is an event again.
 */
final class AttributeFilter {

    private static final List<String> RESERVED =
            List.of("camel", "org.apache.camel", "breadcrumbid", DeadLetter.ATTRIBUTE_PREFIX);

    /** Without its attribute the SQS extended client does not know that a body is a pointer into S3. */
    private static final Set<String> OF_POINTERS = Set.of("ExtendedPayloadSize", "SQSLargePayloadSize");

    private AttributeFilter() {}

    /** The names of the attributes to receive: these, separated by commas, and those without which a dead letter would be of no use. */
    static List<String> names(String names) {
        return Stream.concat(Stream.of(names.split("\\s*,\\s*")), OF_POINTERS.stream())
                .distinct()
                .toList();
    }

    /** Headers: text and numbers as text, binary values as bytes. */
    static Map<String, Object> headers(Map<String, MessageAttributeValue> attributes) {
        Map<String, Object> headers = new HashMap<>();
        attributes.forEach((name, value) -> {
            if (!isReserved(name)) {
                headers.put(
                        name,
                        value.binaryValue() == null
                                ? value.stringValue()
                                : value.binaryValue().asByteArray());
            }
        });
        return headers;
    }

    private static boolean isReserved(String name) {
        String lowerCase = name.toLowerCase(Locale.ROOT);
        return RESERVED.stream().anyMatch(lowerCase::startsWith);
    }
}
