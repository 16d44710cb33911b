package io.eventdedup.chaos;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.sessions.JqwikSession;

/** Message bodies that SQS accepts and that are no events, nor arrays, whose elements would be dead-lettered one by one. */
final class MalformedBodies {

    private static final String EVENT =
            "{\"detail-type\":\"broken\",\"id\":\"1\",\"detail\":{\"name\":\"b\\u00f6se\",\"list\":[1,2.5e3,null,true]}}";

    private static final int DEEP = 600;

    private static final List<String> BY_HAND = List.of(
            " ",
            "\t\r\n",
            "null",
            "true",
            "0",
            "-",
            "\"\"",
            "\"detail-type\"",
            "[]",
            "{}",
            "{\"\":\"\"}",
            "{\"detail-type\":\"x\"}",
            "{\"detail\":{\"a\":1}}",
            "{\"detail-type\":null,\"detail\":{\"a\":1}}",
            "{\"detail-type\":7,\"detail\":{\"a\":1}}",
            "{\"detail-type\":\"\",\"detail\":{}}",
            "{\"detail-type\":\"x\",\"detail\":{}}",
            "{\"detail-type\":\"x\",\"detail\":[]}",
            "{\"detail-type\":\"x\",\"detail\":\"{}\"}",
            "{\"detail-type\":\"x\",\"detail\":null}",
            "{\"detail-type\":\"x\",\"detail\":{\"a\":1}",
            "{\"detail-type\":\"x\",\"detail\":{\"a\":NaN}}",
            "{\"detail-type\":\"x\",\"detail\":{\"a\":01}}",
            "{'detail-type':'x','detail':{'a':1}}",
            "{\"detail-type\":\"x\",\"detail\":{\"a\":\"\\ud83\"}}",
            "{\"Type\":\"Notification\",\"Message\":\"\"}",
            "{\"Type\":\"Notification\",\"Message\":\"{}\"}",
            "{\"Type\":\"Notification\",\"Message\":null}",
            "{\"requestPayload\":null}",
            "{\"requestPayload\":{\"requestPayload\":{}}}",
            "<event/>",
            "${body}",
            "${exception.message}",
            "#{systemProperties}",
            "\ufeff{}",
            "a".repeat(200_000),
            "{\"a\":".repeat(DEEP) + "1" + "}".repeat(DEEP),
            "[".repeat(100_000));

    private MalformedBodies() {}

    /** So many of them, the same for the same seed. */
    static List<String> of(int count, long seed) {
        List<String> bodies = new ArrayList<>(BY_HAND);
        Arbitrary<String> generated = Arbitraries.oneOf(texts(), cutOff(), withForeignText());
        JqwikSession.run(
                Long.toString(seed),
                () -> generated.sampleStream().limit(count - BY_HAND.size()).forEach(bodies::add));
        return bodies;
    }

    /** Any text that SQS accepts. */
    private static Arbitrary<String> texts() {
        return Arbitraries.strings()
                .withCharRange(' ', '\ud7ff')
                .withCharRange('\ue000', '\ufffd')
                .withChars('\t', '\r', '\n')
                .ofMinLength(1)
                .ofMaxLength(200);
    }

    private static Arbitrary<String> cutOff() {
        return Arbitraries.integers().between(1, EVENT.length() - 1).map(length -> EVENT.substring(0, length));
    }

    /** An event with characters in it that no JSON has outside of a string. */
    private static Arbitrary<String> withForeignText() {
        return Arbitraries.strings()
                .withChars("?!;$#\u00e4\u20ac")
                .ofMinLength(1)
                .ofMaxLength(5)
                .map(text -> EVENT.substring(0, EVENT.length() - 1) + text + '}');
    }
}
