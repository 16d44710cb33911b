package io.eventdedup.key;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.eventdedup.json.CanonicalJson;
import io.eventdedup.json.Json.JsonString;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A body of any shape takes work in proportion to its length, from the body to the keys, the sketches, and the names of the fields
 * that differ. The memory that the work allocates stands for the work: unlike time it is the same on every machine.
 */
class LinearWorkTest {

    private static final int SMALL = 30_000;
    private static final int TIMES = 8;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** Has one leaf that no event has, so that all leaves of an event differ from it. */
    private static final byte[] ANOTHER_SKETCH = {1, 2, 3, 4};

    private final EventSplitter splitter = new EventSplitter();
    private final KeyRules rules = KeyRules.load("routes/event-keys.yaml", Duration.ofMinutes(5));

    static Stream<Arguments> shapes() {
        return Stream.of(
                shape(
                        "a long name above many leaves",
                        length -> event("{\"" + "x".repeat(length / 2) + "\":{" + members(120) + ",\"z\":\""
                                + "y".repeat(length / 2) + "\"}}")),
                shape(
                        "a long name above a repeated one",
                        length -> event("{\"" + "x".repeat(length / 2) + "\":{" + "\"a\":1,".repeat(length / 12)
                                + "\"a\":1}}")),
                shape(
                        "long names, deep, with a leaf at each",
                        length -> event(("{\"a\":1,\"" + "x".repeat(length / 120) + "\":").repeat(120) + "1"
                                + "}".repeat(120))),
                shape(
                        "long names, deep, with many leaves below",
                        length -> event(("{\"" + "x".repeat(length / 800) + "\":").repeat(400) + "["
                                + "0,".repeat(length / 4) + "1]" + "}".repeat(400))),
                shape(
                        "payloads in payloads",
                        length -> "{\"requestPayload\":".repeat(400) + "{\"a\":\"" + "x".repeat(length) + "\"}"
                                + "}".repeat(400)),
                shape(
                        "payloads in arrays in payloads",
                        length -> "{\"requestPayload\":[".repeat(200) + "{\"a\":\"" + "x".repeat(length) + "\"}"
                                + "]}".repeat(200)),
                shape(
                        "payloads in a notification",
                        length -> notification("{\"requestPayload\":[".repeat(200) + "{\"a\":\"" + "x".repeat(length)
                                + "\"}" + "]}".repeat(200))),
                shape("many tiny elements", length -> "[" + "{},".repeat(length / 3) + "{}]"),
                shape("many tiny values", length -> "{}".repeat(length / 2)),
                shape(
                        "many tiny notifications",
                        length -> "[" + (notification("{}") + ",").repeat(length / 40) + "{}]"));
    }

    private static Arguments shape(String name, IntFunction<String> ofLength) {
        return Arguments.of(name, ofLength);
    }

    private static String event(String detail) {
        return "{\"detail-type\":\"t\",\"detail\":" + detail + "}";
    }

    private static String notification(String message) {
        return "{\"Type\":\"Notification\",\"Message\":" + CanonicalJson.of(JsonString.of(message)) + "}";
    }

    private static String members(int count) {
        StringBuilder members = new StringBuilder("\"n\":0");
        for (int i = 0; i < count; i++) {
            members.append(",\"n").append(i).append("\":").append(i);
        }
        return members.toString();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("shapes")
    @Timeout(300)
    void aLongerBodyTakesNoMoreWorkPerCharacter(String shape, IntFunction<String> ofLength) {
        String small = ofLength.apply(SMALL);
        String large = ofLength.apply(SMALL * TIMES);
        workOn(small);

        double ofSmall = (double) workOn(small) / small.length();
        double ofLarge = (double) workOn(large) / large.length();

        assertThat(ofLarge).isLessThan(2 * ofSmall);
        assertThat(ofLarge).as("bytes allocated for each character").isLessThan(300);
    }

    private long workOn(String body) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        List<IncomingEvent> events = splitter.split(body);
        for (IncomingEvent event : events) {
            assertThat(event.deadLetter()).isNotEmpty();
            if (event instanceof UsableEvent usable) {
                assertThat(rules.keyOf(usable).hash()).hasSize(64);
                rules.sketchOf(usable).differences(ANOTHER_SKETCH);
            }
        }
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }
}
