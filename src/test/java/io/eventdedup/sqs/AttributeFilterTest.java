package io.eventdedup.sqs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;

class AttributeFilterTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CamelAwsSqsOperation",
                "CamelAwsSqsReceiptHandle",
                "CamelHttpUri",
                "cAmElAwsSqsOperation",
                "org.apache.camel.x",
                "breadcrumbId"
            })
    void anAttributeNamedLikeAHeaderOfCamelIsDropped(String name) {
        assertThat(AttributeFilter.clean(Map.of(name, attribute("String", "x"))))
                .isEmpty();
    }

    @Test
    void anAttributeOfAnotherNameStays() {
        Map<String, MessageAttributeValue> attributes = Map.of("tenant", attribute("String", "x"));

        assertThat(AttributeFilter.clean(attributes)).isEqualTo(attributes);
    }

    @Test
    void aNumberStaysAsText() {
        assertThat(AttributeFilter.clean(Map.of("n", attribute("Number.int", "99999999999"))))
                .isEqualTo(Map.of("n", attribute("String", "99999999999")));
    }

    private static MessageAttributeValue attribute(String type, String value) {
        return MessageAttributeValue.builder().dataType(type).stringValue(value).build();
    }
}
