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
                "breadcrumbId",
                "dedupReason",
                "dedupKey"
            })
    void anAttributeNamedLikeAHeaderOfCamelIsDropped(String name) {
        assertThat(AttributeFilter.headers(Map.of(name, attribute("String", "x"))))
                .isEmpty();
    }

    @Test
    void anAttributeOfAnotherNameStays() {
        assertThat(AttributeFilter.headers(Map.of("tenant", attribute("String", "x"))))
                .isEqualTo(Map.of("tenant", "x"));
    }

    @Test
    void aNumberStaysAsText() {
        assertThat(AttributeFilter.headers(Map.of("n", attribute("Number.int", "99999999999"))))
                .isEqualTo(Map.of("n", "99999999999"));
    }

    private static MessageAttributeValue attribute(String type, String value) {
        return MessageAttributeValue.builder().dataType(type).stringValue(value).build();
    }
}
