package io.eventdedup.key;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sketches of the samples, of every topic, and of odd events. */
class ContentSketchTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path SAMPLES = Path.of("src/test/resources/samples");

    /** An item's other attributes with their names; the key is the longest that there is. */
    private static final int REST_OF_ITEM = 250;

    private final KeyRules shipped = KeyRules.load(Path.of("routes/event-keys.yaml"), Duration.ofMinutes(5));

    @TempDir
    Path directory;

    private ContentSketch sketch(String event) {
        return shipped.sketchOf(usable(event));
    }

    private static UsableEvent usable(String event) {
        return (UsableEvent) new EventSplitter().split(event).get(0);
    }

    private ContentSketch sketchOfDetail(String detail) {
        return sketch("{\"detail-type\":\"test\",\"detail\":" + detail + "}");
    }

    private ContentSketch sketchByRule(String rule, String detail) throws IOException {
        Path file = Files.writeString(directory.resolve("rules.yaml"), rule + "\n- match: \"*\"\n  key: [/detail]\n");
        return KeyRules.load(file, Duration.ofMinutes(5))
                .sketchOf(usable("{\"detail-type\":\"a\",\"detail\":" + detail + "}"));
    }

    private static List<String> differences(ContentSketch copy, ContentSketch original) {
        return copy.differences(original.toBytes());
    }

    private static boolean same(ContentSketch copy, ContentSketch original) {
        return copy.isSame(original.toBytes());
    }

    private static JsonNode reversed(JsonNode node) {
        if (node instanceof ObjectNode object) {
            List<Map.Entry<String, JsonNode>> fields = new ArrayList<>(object.properties());
            Collections.reverse(fields);
            ObjectNode copy = JSON.createObjectNode();
            fields.forEach(field -> copy.set(field.getKey(), reversed(field.getValue())));
            return copy;
        }
        if (node instanceof ArrayNode array) {
            ArrayNode copy = JSON.createArrayNode();
            array.forEach(element -> copy.add(reversed(element)));
            return copy;
        }
        return node;
    }

    private static Map<String, String> samples() throws IOException {
        try (var files = Files.list(SAMPLES)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals("groups.json"))
                    .collect(Collectors.toMap(name -> name, ContentSketchTest::read));
        }
    }

    private static String read(String sample) {
        try {
            return Files.readString(SAMPLES.resolve(sample));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void samplesThatAreOneEventSayTheSame() throws IOException {
        for (JsonNode group : JSON.readTree(read("groups.json")).get("groups")) {
            ContentSketch first = sketch(read(group.get(0).asText()));
            group.forEach(file -> assertThat(same(sketch(read(file.asText())), first))
                    .as(file.asText())
                    .isTrue());
        }
    }

    @Test
    void aTopicsEventSaysTheSameWhenItIsPublishedAgainReplayedOrWrittenInAnotherOrder() {
        TopicEvent.all().forEach((topic, event) -> {
            ContentSketch sketch = sketch(event.envelope().toString());
            assertThat(same(shipped.sketchOf(event.publishedAgain().usable()), sketch))
                    .as(topic)
                    .isTrue();
            assertThat(same(shipped.sketchOf(event.replayed().usable()), sketch))
                    .as(topic)
                    .isTrue();
            assertThat(same(sketch(reversed(event.envelope()).toPrettyString()), sketch))
                    .as(topic)
                    .isTrue();
        });
    }

    @Test
    void aChangedFieldOfATopicsEventIsNamedAndNoOther() {
        TopicEvent.all().forEach((topic, event) -> {
            ContentSketch original = shipped.sketchOf(event.usable());
            event.body().fieldNames().forEachRemaining(name -> {
                TopicEvent changed =
                        event.with(envelope -> ((ObjectNode) envelope.at("/detail/eventBody")).put(name, "changed"));
                ContentSketch copy = shipped.sketchOf(changed.usable());
                boolean excluded =
                        topic.equals("v2.flows.instances.flow.{id}") && name.startsWith("executionHistoryUri");
                if (excluded) {
                    assertThat(same(copy, original)).isTrue();
                } else {
                    assertThat(differences(copy, original)).as(topic).containsExactly("/detail/eventBody/" + name);
                }
            });
        });
    }

    @Test
    void aTypicalSketchIsBelow150BytesAndEveryItemFitsIntoAWriteUnit() throws IOException {
        List<Integer> sizes = new ArrayList<>();
        samples().values().forEach(sample -> sizes.add(sketch(sample).toBytes().length));
        assertThat(median(sizes)).as("samples %s", sizes).isLessThan(150);

        List<Integer> ofTopics = TopicEvent.all().values().stream()
                .map(event -> shipped.sketchOf(event.usable()).toBytes().length)
                .toList();
        assertThat(median(ofTopics)).as("topics %s", ofTopics).isLessThan(150);
        sizes.addAll(ofTopics);
        assertThat(sizes).allMatch(size -> size <= 512).allMatch(size -> size + REST_OF_ITEM <= 1024);
    }

    private static int median(List<Integer> sizes) {
        return sizes.stream().sorted().toList().get(sizes.size() / 2);
    }

    @Test
    void numbersWrittenAlikeAreTheSame() {
        ContentSketch original = sketchOfDetail("{\"a\":1.50,\"b\":-0,\"c\":\"\\u00e4\",\"d\":1e2}");

        assertThat(same(sketchOfDetail("{ \"d\":100.0, \"c\":\"\u00e4\", \"b\":0, \"a\":1.5 }"), original))
                .isTrue();
        assertThat(differences(sketchOfDetail("{\"a\":1.5,\"b\":\"0\",\"c\":\"\u00e4\",\"d\":100}"), original))
                .containsExactly("/detail/b", "/detail/d");
    }

    @Test
    void elementsShareANameAndSoDoMembersThatAreNumbers() {
        ContentSketch original = sketchOfDetail("{\"list\":[{\"x\":1},{\"x\":2}],\"byNumber\":{\"4711\":true}}");

        assertThat(differences(
                        sketchOfDetail("{\"list\":[{\"x\":3},{\"x\":4},5],\"byNumber\":{\"4712\":true}}"), original))
                .containsExactly("/detail/byNumber/*", "/detail/list/*", "/detail/list/*/x");
    }

    @Test
    void emptyIsNotAbsentAndTheOrderOfElementsCounts() {
        ContentSketch original = sketchOfDetail("{\"a\":[],\"b\":{},\"c\":null,\"d\":[1,2]}");

        assertThat(differences(sketchOfDetail("{\"a\":{},\"b\":[],\"c\":\"\",\"d\":[2,1]}"), original))
                .containsExactly("/detail/a", "/detail/b", "/detail/c", "/detail/d/*");
    }

    @Test
    void anEventThatOnlyLacksAFieldIsNotTheSameButNamesNone() {
        ContentSketch original = sketchOfDetail("{\"a\":1,\"b\":2}");
        ContentSketch copy = sketchOfDetail("{\"a\":1}");

        assertThat(same(copy, original)).isFalse();
        assertThat(differences(copy, original)).isEmpty();
    }

    @Test
    void whatTheRuleExcludesOrRoundsIsLeftOut() throws IOException {
        String rule =
                "- match: a\n  key: [/detail]\n  exclude: [/detail/uri, /detail/list/1]\n  round: {/detail/at: 1s}";
        ContentSketch original =
                sketchByRule(rule, "{\"n\":1,\"uri\":1,\"at\":\"2026-03-10T09:15:48.201Z\",\"list\":[1,2]}");

        assertThat(same(
                        sketchByRule(rule, "{\"n\":1,\"uri\":2,\"at\":\"2026-03-10T09:15:48.301Z\",\"list\":[1,3]}"),
                        original))
                .isTrue();
    }

    @Test
    void aSketchHasAtMost512BytesAndMoreThan128LeavesHaveADigestThatNamesNone() {
        String many =
                IntStream.range(0, 129).mapToObj(i -> "\"f" + i + "\":" + i).collect(Collectors.joining(","));
        ContentSketch original = sketchOfDetail("{" + many + ",\"timestamp\":1}");

        assertThat(sketchOfDetail("{" + many.substring(many.indexOf(',') + 1) + "}")
                        .toBytes())
                .hasSize(512);
        assertThat(original.toBytes()).hasSize(5);
        assertThat(same(sketchOfDetail("{\"timestamp\":2," + many + "}"), original))
                .isTrue();
        ContentSketch copy = sketchOfDetail("{" + many.replace("\"f7\":7", "\"f7\":8") + "}");
        assertThat(same(copy, original)).isFalse();
        assertThat(differences(copy, original)).isEmpty();
        assertThat(differences(sketchOfDetail("{\"f1\":1}"), original)).isEmpty();
        assertThat(differences(original, sketchOfDetail("{\"f1\":1}"))).isEmpty();
    }

    @Test
    void anEventOfNothingButItsPublishingIsTheSameAsAnother() {
        ContentSketch original = sketchOfDetail("{\"timestamp\":1}");

        assertThat(original.toBytes()).isNotEmpty();
        assertThat(same(sketchOfDetail("{\"timestamp\":2}"), original)).isTrue();
    }

    @Test
    void aNameBreaksNoLineAndIsNotEndless() {
        ContentSketch original = sketchOfDetail("{\"a\":1}");

        assertThat(differences(
                        sketchOfDetail("{\"a\":1,\"x\\ny/~\":1,\"%s\":2}".formatted("z".repeat(1000))), original))
                .containsExactly("/detail/x?y~1~0", "/detail/" + "z".repeat(112) + "...");
    }

    /** Rows of other versions are compared with these, so what a leaf comes to must not change. */
    @Test
    void aLeafIsTheCrc32OfItsPointerAndItsCanonicalValue() {
        String detail = "{\"a/b~c\":[true,{\"\u00e4\u20ac\uD83D\uDE00\":\"\u00e4\"}],\"\":{},\"\\ud83d\":1.50}";

        assertThat(sketchOfDetail(detail).toBytes())
                .isEqualTo(crcs(
                        "/a~1b~0c/0\ntrue", "/a~1b~0c/1/\u00e4\u20ac\uD83D\uDE00\n\"\\u00e4\"", "/\n{}", "/?\n1.5"));
    }

    private static byte[] crcs(String... leaves) {
        int[] sorted = Stream.of(leaves)
                .mapToInt(leaf -> {
                    CRC32 crc = new CRC32();
                    crc.update(leaf.getBytes(StandardCharsets.UTF_8));
                    return (int) crc.getValue();
                })
                .sorted()
                .toArray();
        ByteBuffer bytes = ByteBuffer.allocate(sorted.length * Integer.BYTES);
        IntStream.of(sorted).forEach(bytes::putInt);
        return bytes.array();
    }

    @Test
    void itHoldsNoValue() throws IOException {
        String marker = "marker-4711";
        ContentSketch sketch = sketchOfDetail("{\"a\":\"" + marker + "\"}");

        assertThat(new String(sketch.toBytes(), StandardCharsets.ISO_8859_1))
                .doesNotContain(marker)
                .hasSize(4);
        assertThat(sketch.toString()).isEqualTo("sketch of 4 bytes");
    }
}
