package io.eventdedup.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonPointerTest {

    @ParameterizedTest
    @CsvSource({
        "/a, 1",
        "/list/0, 2",
        "/list/1, 3",
        "/m~1n, 4",
        "/m~0n, 5",
        "/~01, 6",
        "/, 7",
        "/in/, 8",
        "/twice, 10",
    })
    void aPointerFindsWhatTheRfcSays(String pointer, String found) throws JsonException {
        Json document = new JsonReader("{\"a\":1,\"list\":[2,3],\"m/n\":4,\"m~n\":5,\"~1\":6,\"\":7,\"in\":{\"\":8},"
                        + "\"twice\":9,\"twice\":10}")
                .document();
        assertThat(CanonicalJson.of(JsonPointer.parse(pointer).find(document))).isEqualTo(found);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/x", "/list/2", "/list/-", "/list/00", "/list/+1", "/list/99999999999", "/a/b", "/list/a"})
    void aPointerMayFindNothing(String pointer) throws JsonException {
        Json document = new JsonReader("{\"a\":1,\"list\":[2,3]}").document();
        assertThat(JsonPointer.parse(pointer).find(document)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "a/b", "/a~", "/a~2"})
    void whatIsNoPointerIsRefused(String text) {
        assertThatThrownBy(() -> JsonPointer.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + text + "' is not a JSON Pointer");
    }
}
