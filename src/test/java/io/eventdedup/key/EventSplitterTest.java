package io.eventdedup.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.eventdedup.json.CanonicalJson;
import io.eventdedup.json.Json;
import io.eventdedup.json.JsonException;
import io.eventdedup.json.JsonReader;
import io.eventdedup.json.JsonTexts;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventSplitterTest {

    private static final String EVENT = "{ \"detail-type\":\"t\" , \"detail\":{\"a\":1.0} }";
    private static final String OTHER = "{\"detail\":{\"b\":\"\\u00e9\"},\"detail-type\":\"u\",\"x\":[]}";

    private static final ObjectMapper JACKSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final EventSplitter splitter = new EventSplitter();

    @Test
    void oneEnvelopeIsAloneAndKeepsItsText() {
        UsableEvent event = usable(" " + EVENT + "\n");
        assertThat(event.alone()).isTrue();
        assertThat(event.text()).isEqualTo(" " + EVENT + "\n");
        assertThat(event.detailType()).isEqualTo("t");
    }

    @Test
    void everyElementOfAnArrayIsAnEventWithItsOwnText() {
        String body = "[ " + EVENT + " ,\n" + OTHER + "]";
        List<IncomingEvent> events = splitter.split(body);
        assertThat(events).extracting(IncomingEvent::text).containsExactly(EVENT, OTHER);
        assertThat(events).extracting(IncomingEvent::alone).containsOnly(false);
        assertThat(events).extracting(IncomingEvent::messageBody).containsOnly(body);
        assertThat(events).extracting(IncomingEvent::deadLetter).containsExactly(EVENT, OTHER);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "software.amazon.payloadoffloading.PayloadS3Pointer",
                "com.amazon.sqs.javamessaging.MessageS3Pointer"
            })
    void aPointerToABodyInS3IsOneUnusableEvent(String type) {
        String pointer = "[\"" + type + "\", {\"s3BucketName\":\"bucket\",\"s3Key\":\"5f3c\"}]";

        assertThat(unusable(pointer).reason()).isEqualTo(UnusableReason.S3_POINTER);
        assertThat(unusable(pointer).alone()).isTrue();
        assertThat(unusable(pointer).message()).doesNotContain("bucket", "5f3c");
        assertThat(unusable(sns(pointer)).reason()).isEqualTo(UnusableReason.S3_POINTER);
        assertThat(unusable(sns(pointer)).deadLetter()).isEqualTo(sns(pointer));
        assertThat(splitter.split(pointer + EVENT))
                .extracting(IncomingEvent::deadLetter)
                .containsExactly(pointer, EVENT);
    }

    @Test
    void anArrayWithTextAndAnEventIsNoPointer() {
        assertThat(splitter.split("[\"software.amazon.payloadoffloading.PayloadS3Pointer\"," + EVENT + "]"))
                .hasSize(2);
        assertThat(splitter.split("[\"a\",{\"s3BucketName\":\"b\",\"s3Key\":\"k\"}]"))
                .hasSize(2);
    }

    @Test
    void anArrayOfOneIsNotAlone() {
        assertThat(usable("[" + EVENT + "]").alone()).isFalse();
    }

    @Test
    void anSnsNotificationHoldsTheEventInItsMessage() {
        String body = sns(OTHER);
        UsableEvent event = usable(body);
        assertThat(event.text()).isEqualTo(OTHER);
        assertThat(event.alone()).isTrue();
        assertThat(event.deadLetter()).isEqualTo(body);
    }

    @Test
    void anSnsNotificationMayHoldAnArray() {
        List<IncomingEvent> events = splitter.split(sns("[" + EVENT + "," + OTHER + "]"));
        assertThat(events).extracting(IncomingEvent::text).containsExactly(EVENT, OTHER);
        assertThat(events).extracting(IncomingEvent::alone).containsOnly(false);
    }

    @Test
    void anArrayMayHoldSnsNotifications() {
        List<IncomingEvent> events = splitter.split("[" + sns(EVENT) + "," + sns(OTHER) + "]");
        assertThat(events).extracting(IncomingEvent::text).containsExactly(EVENT, OTHER);
    }

    @Test
    void anSnsNotificationOfSomethingElseIsUnusable() {
        assertThat(unusable(sns("hello")).reason()).isEqualTo(UnusableReason.INVALID_JSON);
        assertThat(unusable(sns("")).reason()).isEqualTo(UnusableReason.INVALID_JSON);
        assertThat(unusable(sns("{}")).reason()).isEqualTo(UnusableReason.NOT_AN_EVENT);
    }

    @Test
    void anSnsNotificationWithinAnotherIsOpenedToo() {
        assertThat(usable(sns(sns(EVENT))).text()).isEqualTo(EVENT);
    }

    @Test
    void whatSqsRefusesInAnEventOfAnSnsNotificationIsWrittenAsEscapes() {
        String detail = "{\"a\":\"\uFFFE \uD83D \uD83D\uDE00 \uFFFF\",\"\uDE00\":1}";
        String event = "{\"detail-type\":\"t\",\n\"detail\":" + detail + "}";
        String sendable =
                "{\"detail-type\":\"t\",\n\"detail\":{\"a\":\"\\ufffe \\ud83d \uD83D\uDE00 \\uffff\",\"\\ude00\":1}}";

        for (String body : new String[] {sns(event), "[" + sns(event) + "]", sns(sns(event)), sns("[" + event + "]")}) {
            UsableEvent found = usable(body);
            assertThat(found.text()).isEqualTo(sendable);
            assertThat(CanonicalJson.of(found.envelope().get("detail"))).isEqualTo(canonical(detail));
        }
        assertThat(splitter.split(sns(event + OTHER)))
                .extracting(IncomingEvent::deadLetter)
                .containsExactly(sendable, OTHER);
    }

    @Test
    void anSnsNotificationWhoseMessageSqsWouldRefuseStaysANotificationInItsDeadLetter() {
        for (String message :
                new String[] {"", "\u0000", "\u001c", "hello \uFFFE", "{\"a\":\uD83D}", "{\"\\\uFFFE\":1}"}) {
            List<IncomingEvent> events = splitter.split("[" + EVENT + "," + sns(message) + "]");
            assertThat(events).hasSize(2);
            assertThat(((UnusableEvent) events.get(1)).reason()).isEqualTo(UnusableReason.INVALID_JSON);
            assertThat(events.get(1).deadLetter()).isEqualTo(sns(message));
        }
    }

    @Test
    void ofAnSnsNotificationThatBreaksOffOnlyTheBrokenPartIsInItsDeadLetter() {
        IncomingEvent rest =
                splitter.split(sns(EVENT + OTHER + "{\"\u0000\":oops}" + EVENT)).get(2);

        assertThat(rest.deadLetter()).isEqualTo(sns("{\"\u0000\":oops}" + EVENT));
    }

    @Test
    void aPayloadThatIsAStringIsADeadLetterThatSqsTakes() {
        String record = "{\"requestPayload\":\"a\uFFFE\"}";

        assertThat(splitter.split("[" + sns(record) + "]").get(0).deadLetter()).isEqualTo("\"a\\ufffe\"");
    }

    @Property
    void everyDeadLetterIsTakenBySqsAndReadAsTheSameEventAgain(
            @ForAll("messages") List<String> messages, @ForAll("wrappings") UnaryOperator<String> wrapping) {
        String body = wrapping.apply(String.join("", messages));
        List<IncomingEvent> events = splitter.split(body);

        for (IncomingEvent event : events) {
            assertThat(event.deadLetter()).matches(TAKEN_BY_SQS);
            assertThat(splitter.split(event.deadLetter())).singleElement().satisfies(again -> assertThat(meaning(again))
                    .isEqualTo(meaning(event)));
            if (event instanceof UsableEvent) {
                assertThat(event.text()).matches(TAKEN_BY_SQS);
            }
        }
    }

    /** What a message body may be (AWS documentation, SendMessage). */
    private static final Pattern TAKEN_BY_SQS =
            Pattern.compile("[\\t\\n\\r\\x20-\\x{D7FF}\\x{E000}-\\x{FFFD}\\x{10000}-\\x{10FFFF}]+");

    @Provide
    Arbitrary<List<String>> messages() {
        Arbitrary<String> characters = Arbitraries.of(
                "\u0000", "\u001f", "\uFFFE", "\uFFFF", "\uD83D", "\uDE00", "\uD83D\uDE00", "\\", "\"", "x", "");
        Arbitrary<String> events =
                characters.map(text -> "{\"detail-type\":\"t\",\"detail\":{\"a\":\"" + text + "\"}}");
        return Arbitraries.oneOf(
                        events,
                        characters,
                        events.map(EventSplitterTest::sns),
                        characters.map(EventSplitterTest::sns),
                        characters.map(text -> "{\"requestPayload\":[\"" + text + "\"]}"),
                        characters.map(text -> "[[[\"" + text + "\"]]]"),
                        Arbitraries.just("{\"\uFFFE\":" + nested(501) + "}"))
                .list()
                .ofMinSize(1)
                .ofMaxSize(3);
    }

    @Provide
    Arbitrary<UnaryOperator<String>> wrappings() {
        return Arbitraries.of(
                EventSplitterTest::sns,
                text -> "[" + sns(text) + "]",
                text -> sns("[" + sns(text) + "," + EVENT + "]"),
                text -> "[" + sns(sns(text)) + "," + EVENT + "]",
                text -> "{\"requestPayload\":[" + sns(text) + "]}");
    }

    private static String meaning(IncomingEvent event) {
        return event instanceof UsableEvent usable
                ? CanonicalJson.of(usable.envelope())
                : ((UnusableEvent) event).reason().name();
    }

    @Test
    void aFailureRecordOfLambdaHoldsTheEventAsItsPayload() {
        UsableEvent event = usable("{\"version\":\"1.0\",\"requestPayload\": " + EVENT + " ,\"responsePayload\":null}");
        assertThat(event.text()).isEqualTo(EVENT);
        assertThat(event.alone()).isTrue();
    }

    @Test
    void aFailureRecordOfLambdaMayHoldAnArray() {
        List<IncomingEvent> events = splitter.split("{\"requestPayload\":[" + EVENT + ",7," + OTHER + "]}");
        assertThat(events).extracting(IncomingEvent::text).containsExactly(EVENT, "7", OTHER);
        assertThat(events.get(1)).isInstanceOf(UnusableEvent.class);
    }

    @Test
    void aBareDetailIsAnEventOfTheTypeThatItsTopicNames() {
        String detail =
                "{\"topicName\":\"v2.users.2e904e99-923b-4a54-88cf-3484b95938fb.routingStatus\",\"eventBody\":{}}";
        UsableEvent event = usable(detail);
        assertThat(event.text()).isEqualTo(detail);
        assertThat(event.detailType()).isEqualTo("v2.users.{id}.routingStatus");
    }

    @Test
    void aBareDetailHasTheKeyOfItsEnvelope() throws Exception {
        KeyRules rules = KeyRules.load("routes/event-keys.yaml", Duration.ofMinutes(5));
        String envelope = Files.readString(Path.of("src/test/resources/samples/20-audit-UserPresence.json"));
        String detail = JACKSON.readTree(envelope).get("detail").toString();
        assertThat(rules.keyOf(usable(detail)))
                .usingRecursiveComparison()
                .ignoringFields("time")
                .isEqualTo(rules.keyOf(usable(envelope)));
    }

    @Test
    void aBadElementIsUnusableAlone() {
        List<IncomingEvent> events = splitter.split("[" + EVENT + ",{\"x\":1},null,[],\"s\",-1," + OTHER + "]");
        assertThat(events)
                .extracting(IncomingEvent::text)
                .containsExactly(EVENT, "{\"x\":1}", "null", "[]", "\"s\"", "-1", OTHER);
        assertThat(events.subList(1, 6)).allSatisfy(event -> assertThat(((UnusableEvent) event).reason())
                .isEqualTo(UnusableReason.NOT_AN_EVENT));
    }

    @Test
    void anElementNestedTooDeepIsUnusableAlone() {
        String deep = "{\"detail-type\":\"t\",\"detail\":{\"a\": " + nested(100_000) + "}}";
        List<IncomingEvent> events = splitter.split("[" + EVENT + "," + deep + "," + OTHER + "]");
        assertThat(events).extracting(IncomingEvent::text).containsExactly(EVENT, deep, OTHER);
        assertThat(((UnusableEvent) events.get(1)).reason()).isEqualTo(UnusableReason.TOO_DEEP);
    }

    @Test
    void anElementNestedTooDeepIsStillCheckedAsJson() {
        assertThat(unusable("[" + "[".repeat(600) + "1 2" + "]".repeat(600) + "]")
                        .reason())
                .isEqualTo(UnusableReason.INVALID_JSON);
        assertThat(unusable("[" + "[".repeat(600) + "}" + "]".repeat(600) + "]").reason())
                .isEqualTo(UnusableReason.INVALID_JSON);
        assertThat(unusable("[" + "{\"a\":".repeat(600) + "1" + "}".repeat(600)).reason())
                .isEqualTo(UnusableReason.INVALID_JSON);
        assertThat(unusable("[" + "{\"a\":".repeat(600) + "1" + ",\"b\":[true]}".repeat(600) + "]")
                        .reason())
                .isEqualTo(UnusableReason.TOO_DEEP);
    }

    @Test
    void fiveHundredLevelsAreNotTooDeep() {
        // the envelope and the detail are two of them
        assertThat(usable("{\"detail-type\":\"t\",\"detail\":{\"a\":" + nested(498) + "}}"))
                .isNotNull();
        assertThat(unusable("{\"detail-type\":\"t\",\"detail\":{\"a\":" + nested(499) + "}}")
                        .reason())
                .isEqualTo(UnusableReason.TOO_DEEP);
    }

    @Test
    void fiveHundredLevelsAreCountedFromTheElement() {
        assertThat(usable("[{\"detail-type\":\"t\",\"detail\":{\"a\":" + nested(498) + "}}]"))
                .isNotNull();
    }

    @Test
    void valuesOneAfterTheOtherAreEventsOfTheirOwn() {
        for (String between : new String[] {"", "\n", "\r\n\n", " "}) {
            List<IncomingEvent> events = splitter.split(" " + EVENT + between + OTHER + between + "[" + EVENT + "]\n");
            assertThat(events).extracting(IncomingEvent::text).containsExactly(EVENT, OTHER, EVENT);
            assertThat(events).extracting(IncomingEvent::alone).containsOnly(false);
            assertThat(events).extracting(IncomingEvent::deadLetter).containsExactly(EVENT, OTHER, EVENT);
            assertThat(events).allMatch(UsableEvent.class::isInstance);
        }
    }

    @Test
    void theMessageOfAnSnsNotificationMayHoldSeveralToo() {
        assertThat(splitter.split(sns(EVENT + OTHER)))
                .extracting(IncomingEvent::text)
                .containsExactly(EVENT, OTHER);
    }

    @Test
    void whatFollowsABrokenValueIsOneUnusableEvent() {
        for (String rest : new String[] {"{\"a\":oops}" + EVENT, "7" + EVENT, "," + EVENT, "[1 2]", "{\"a\":", "x"}) {
            List<IncomingEvent> events = splitter.split(EVENT + "\n" + OTHER + "\n" + rest);
            assertThat(events).extracting(IncomingEvent::text).containsExactly(EVENT, OTHER, rest);
            assertThat(((UnusableEvent) events.get(2)).reason()).as(rest).isEqualTo(UnusableReason.INVALID_JSON);
            assertThat(splitter.split(events.get(2).deadLetter()).get(0))
                    .as("the dead letter of %s, sent again", rest)
                    .isInstanceOf(UnusableEvent.class);
        }
        assertThat(splitter.split(EVENT + "\n{\"secret\": oops}").get(1))
                .hasToString("unusable event, INVALID_JSON: not JSON at character 12");
        assertThat(splitter.split(EVENT + "{\"secret\": ").get(1))
                .hasToString("unusable event, INVALID_JSON: the JSON ends too early, after 11 characters");
    }

    @Test
    void oneOfSeveralThatIsUnusableIsSoByItself() {
        String deep = "{\"detail-type\":\"t\",\"detail\":{\"a\": " + nested(499) + "}}";
        List<IncomingEvent> events = splitter.split(EVENT + deep + "{}" + "[ ]" + OTHER);
        assertThat(events).extracting(IncomingEvent::text).containsExactly(EVENT, deep, "{}", "[ ]", OTHER);
        assertThat(events.subList(1, 4))
                .extracting(event -> ((UnusableEvent) event).reason())
                .containsExactly(UnusableReason.TOO_DEEP, UnusableReason.NOT_AN_EVENT, UnusableReason.NOT_AN_EVENT);
    }

    @Test
    void scalarsOneAfterTheOtherAreNoEvents() {
        assertThat(unusable("1 2").reason()).isEqualTo(UnusableReason.INVALID_JSON);
        assertThat(unusable("null" + EVENT).reason()).isEqualTo(UnusableReason.INVALID_JSON);
    }

    @Property
    void severalValuesAreReadAsTheyAreOneByOne(
            @ForAll("bodies") List<String> bodies, @ForAll("separators") String separator) {
        List<IncomingEvent> events = splitter.split(String.join(separator, bodies));
        assertThat(events)
                .extracting(EventSplitterTest::outcome)
                .containsExactlyElementsOf(bodies.stream()
                        .flatMap(body -> splitter.split(body).stream())
                        .map(EventSplitterTest::outcome)
                        .toList());
    }

    @Provide
    Arbitrary<List<String>> bodies() {
        Arbitrary<String> events = JsonTexts.members()
                .map(members -> "{\"detail-type\":\"t\",\"detail\":{" + String.join(",", members) + "}}");
        return Arbitraries.oneOf(
                        events, events.map(event -> "[" + event + "," + event + "]"), Arbitraries.of("{}", "[]", "[7]"))
                .list()
                .ofMinSize(1)
                .ofMaxSize(6);
    }

    @Provide
    Arbitrary<String> separators() {
        return Arbitraries.of("", "\n", "\r\n", " \t\n ");
    }

    private static String outcome(IncomingEvent event) {
        return event.getClass().getSimpleName() + event + event.text();
    }

    @Test
    void emptyBodiesAreNotJson() {
        for (String body : new String[] {null, "", " ", "\n\t"}) {
            assertThat(unusable(body).reason()).as("[%s]", body).isEqualTo(UnusableReason.INVALID_JSON);
        }
    }

    @Test
    void anEmptyArrayIsUnusableNotNothing() {
        assertThat(unusable("[ ]").reason()).isEqualTo(UnusableReason.NOT_AN_EVENT);
        assertThat(unusable("{\"requestPayload\":[]}").reason()).isEqualTo(UnusableReason.NOT_AN_EVENT);
    }

    @Test
    void whatHasNoDetailTypeIsNotAnEvent() {
        for (String body : new String[] {
            "{}",
            "7",
            "\"text\"",
            "null",
            "{\"detail\":{\"a\":1}}",
            "{\"detail-type\":\"\",\"detail\":{\"a\":1}}",
            "{\"detail-type\":5,\"detail\":{\"a\":1}}",
            "{\"detail-type\":null,\"detail\":{\"a\":1}}",
            "{\"topicName\":\"\"}"
        }) {
            assertThat(unusable(body).reason()).as(body).isEqualTo(UnusableReason.NOT_AN_EVENT);
        }
    }

    @Test
    void anEventWithoutUsableDetailHasNoKeyOfItsOwn() {
        for (String detail :
                new String[] {"", ",\"detail\":null", ",\"detail\":{}", ",\"detail\":[1]", ",\"detail\":\"x\""}) {
            assertThat(unusable("{\"detail-type\":\"t\"" + detail + "}").reason())
                    .as(detail)
                    .isEqualTo(UnusableReason.NO_DETAIL);
        }
    }

    @Test
    void whatIsNotJsonIsUnusableAsAWhole() {
        for (String body : new String[] {
            "hello",
            "{",
            "[" + EVENT,
            "[" + EVENT + ",]",
            "{\"a\":01}",
            "{'a':1}",
            "{\"a\":NaN}",
            "{a:1}",
            "{\"a\":1,}",
            "\"\t\"",
            "\"\\x\"",
            "\"\\u12g4\"",
            "\"\\",
            "-",
            "1.",
            ".5",
            "1e",
            "+1",
            "tru",
            "\u00a0{}",
            "\uFEFF{}",
            "{\"a\" 1}",
            "{\"a\"}",
            "[1 2]",
            "\u0661",
            "\"\\u\u0661\u0661\u0661\u0661\"",
            "\"\\u000\u0130\""
        }) {
            UnusableEvent event = unusable(body);
            assertThat(event.reason()).as(body).isEqualTo(UnusableReason.INVALID_JSON);
            assertThat(event.alone()).isTrue();
            assertThat(event.deadLetter()).isEqualTo(body);
        }
    }

    @Test
    void theMessageSaysWhereTheJsonIsBrokenAndHoldsNothingOfIt() {
        assertThat(unusable("{\"secret\": oops}").message()).isEqualTo("not JSON at character 12");
        assertThat(unusable("{\"secret\": ").message()).isEqualTo("the JSON ends too early, after 11 characters");
    }

    @Test
    void eventsShowNothingOfTheirContentInLogs() {
        assertThat(usable("{\"detail-type\":\"t\",\"detail\":{\"secret\":1}}")).hasToString("event of type t");
        assertThat(unusable("{\"secret\":1}").toString()).doesNotContain("secret");
    }

    @Test
    @Timeout(300)
    void largeBodiesTakeNoLongerPerCharacter() {
        int mebibyte = 1 << 20;
        KeyRules rules = KeyRules.load("routes/event-keys.yaml", Duration.ofMinutes(5));
        Stream.of(
                        "\"" + "x".repeat(mebibyte) + "\"",
                        "\"" + "\\n".repeat(mebibyte / 2) + "\"",
                        "\"" + "\\ud83d".repeat(mebibyte / 6) + "\"",
                        "7".repeat(mebibyte),
                        "0." + "3".repeat(mebibyte),
                        "1e" + "9".repeat(mebibyte),
                        "[" + "[],".repeat(mebibyte / 3) + "1]",
                        "[" + "1.7976931348623157e-308,".repeat(mebibyte / 24) + "1]",
                        "[" + "4.9406564584124654e-324,".repeat(mebibyte / 24) + "1]",
                        "[" + "\"\\n\",".repeat(mebibyte / 5) + "1]",
                        "{" + "\"a\":1,".repeat(mebibyte / 6) + "\"b\":1}",
                        manyMembers(mebibyte / 12))
                .forEach(value -> {
                    UsableEvent event = usable("{\"detail-type\":\"t\",\"detail\":{\"a\":" + value + "}}");
                    assertThat(rules.keyOf(event).hash()).hasSize(64);
                });
        assertThat(unusable("[".repeat(mebibyte)).reason()).isEqualTo(UnusableReason.INVALID_JSON);
        assertThat(unusable("{\"a\":".repeat(mebibyte / 5)).reason()).isEqualTo(UnusableReason.TOO_DEEP);
        assertThat(unusable("{\"requestPayload\":".repeat(400) + "1" + "}".repeat(400))
                        .reason())
                .isEqualTo(UnusableReason.NOT_AN_EVENT);
    }

    @Property
    void anyTextEndsInAnEventOrAReason(@ForAll String body) {
        assertThatCode(() -> assertThat(splitter.split(body)).isNotEmpty()).doesNotThrowAnyException();
    }

    @Property
    void damagedJsonIsAcceptedExactlyWhenJacksonAcceptsIt(
            @ForAll("values") String json, @ForAll int position, @ForAll("damages") String damage) {
        int at = Math.floorMod(position, json.length() + 1);
        String damaged = json.substring(0, at) + damage + json.substring(Math.min(json.length(), at + 1));
        SoftAssertions.assertSoftly(
                softly -> softly.assertThat(isJson(damaged)).as(damaged).isEqualTo(isJsonForJackson(damaged)));
    }

    @Provide
    Arbitrary<String> values() {
        return JsonTexts.values();
    }

    @Provide
    Arbitrary<String> damages() {
        return Arbitraries.of("", "\"", "\\", "{", "}", "[", "]", ",", ":", "0", "-", ".", "e", " ", "u", "\u0001");
    }

    private static boolean isJson(String text) {
        try {
            new JsonReader(text).document();
            return true;
        } catch (JsonException e) {
            return false;
        }
    }

    /** Jackson is asked for bytes: of characters, it takes the lower eight bits of an escape's digits alone. */
    private static boolean isJsonForJackson(String text) {
        try {
            return !JACKSON.readTree(text.getBytes(StandardCharsets.UTF_8)).isMissingNode();
        } catch (Exception e) {
            return false;
        }
    }

    private static String canonical(String json) {
        try {
            return CanonicalJson.of(new JsonReader(json).document());
        } catch (JsonException e) {
            throw new AssertionError(e);
        }
    }

    private static String manyMembers(int count) {
        StringBuilder object = new StringBuilder("{");
        for (int i = 0; i < count; i++) {
            object.append("\"n").append(i).append("\":").append(i).append(',');
        }
        return object.append("\"b\":1}").toString();
    }

    private static String nested(int depth) {
        return "[".repeat(depth) + "]".repeat(depth);
    }

    private static String sns(String message) {
        return "{\"Type\":\"Notification\",\"Message\":" + CanonicalJson.of(Json.JsonString.of(message)) + "}";
    }

    private UsableEvent usable(String body) {
        List<IncomingEvent> events = splitter.split(body);
        assertThat(events).singleElement().isInstanceOf(UsableEvent.class);
        return (UsableEvent) events.get(0);
    }

    private UnusableEvent unusable(String body) {
        List<IncomingEvent> events = splitter.split(body);
        assertThat(events).singleElement().isInstanceOf(UnusableEvent.class);
        return (UnusableEvent) events.get(0);
    }
}
