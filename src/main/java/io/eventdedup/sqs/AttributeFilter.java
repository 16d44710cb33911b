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
 * Turns the attributes of a received message into headers, except those that would do harm.
 *
 * <p>In Camel 4.18.0, an attribute can set Camel's own headers: {@code CamelAwsSqsOperation=purgeQueue} would empty the output queue.
 * An attribute of type {@code Number.int} whose value is out of range makes Camel drop the whole batch, at every poll. The attributes of
 * our own dead letters are left out too, because a dead letter that was put back is an ordinary event.
 */
final class AttributeFilter {

    private static final List<String> RESERVED =
            List.of("camel", "org.apache.camel", "breadcrumbid", DeadLetter.ATTRIBUTE_PREFIX);

    /** By these attributes, the SQS extended client recognizes that a body is a pointer into S3. */
    private static final Set<String> OF_POINTERS = Set.of("ExtendedPayloadSize", "SQSLargePayloadSize");

    private AttributeFilter() {}

    /** The names of the attributes to receive: those given, separated by commas, and those that a dead letter needs to be readable. */
    static List<String> names(String names) {
        return Stream.concat(Stream.of(names.split("\\s*,\\s*")), OF_POINTERS.stream())
                .distinct()
                .toList();
    }

    /** The attributes as headers: text and numbers as text, binary values as bytes. */
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
