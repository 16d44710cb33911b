package io.eventdedup.sqs;

import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;

/**
 * Makes the attributes of a received message harmless before Camel turns them into headers.
 *
 * <p>Camel 4.18.0 lets an attribute set Camel's own headers, so that {@code CamelAwsSqsOperation=purgeQueue} would empty
 * the output queue; and an attribute typed {@code Number.int} with a value out of range makes it drop the whole polled
 * batch, at every poll.
 */
final class AttributeFilter {

    private AttributeFilter() {}

    /** The attributes without those that Camel reads as its own, and with numbers as plain text. */
    static Map<String, MessageAttributeValue> clean(Map<String, MessageAttributeValue> attributes) {
        return attributes.entrySet().stream()
                .filter(attribute -> !isReserved(attribute.getKey()))
                .collect(Collectors.toMap(Map.Entry::getKey, attribute -> withoutNumberType(attribute.getValue())));
    }

    private static boolean isReserved(String name) {
        String lowerCase = name.toLowerCase(Locale.ROOT);
        return lowerCase.startsWith("camel")
                || lowerCase.startsWith("org.apache.camel")
                || lowerCase.startsWith("breadcrumbid");
    }

    private static MessageAttributeValue withoutNumberType(MessageAttributeValue value) {
        boolean isNumber = value.dataType() != null && value.dataType().startsWith("Number");
        return isNumber ? value.toBuilder().dataType("String").build() : value;
    }
}
