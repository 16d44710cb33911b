package io.eventdedup.sqs;

import io.eventdedup.event.DeadLetter;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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

    private AttributeFilter() {}

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
