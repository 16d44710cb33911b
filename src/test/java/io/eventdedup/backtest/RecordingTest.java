package io.eventdedup.backtest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.eventdedup.key.IncomingEvent;
import io.eventdedup.key.KeyRules;
import io.eventdedup.key.UnusableEvent;
import io.eventdedup.key.UnusableReason;
import io.eventdedup.key.UsableEvent;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What people record, and how: the files in {@code recordings/} were written by the AWS command line and its services' formats. */
class RecordingTest {

    private static final String SAMPLES = "src/test/resources/samples/";
    private static final String RECORDINGS = "src/test/resources/recordings/";

    private static final String A = "{\"detail-type\":\"t\",\"detail\":{\"n\":\"a\"}}";
    private static final String B = "{\"detail-type\":\"t\",\"detail\":{\"n\":\"b}[\\\"{\"}}";

    private final KeyRules rules = KeyRules.load(Path.of("routes/event-keys.yaml"), Duration.ofMinutes(5));

    /** The first two are copies of one event. */
    @ParameterizedTest
    @CsvSource({
        "cloudwatch-filter-log-events.json, 1, 2026-03-10T09:21:06.310Z",
        "cloudwatch-tail-detailed.txt, 1, 2026-03-10T09:21:06.310Z",
        "cloudwatch-tail-short.txt, 1, 2026-03-10T09:21:06Z",
        "cloudwatch-tail-json.txt, 1, 2026-03-10T09:21:06.310Z",
        "cloudwatch-export.gz, 1, 2026-03-10T09:21:06.310Z",
        "cloudwatch-subscription.gz, 2, 2026-03-10T09:21:06.310Z",
        "firehose, 0, ",
        "sqs-receive-message.json, 0, 2026-03-10T09:21:06.310Z",
    })
    void theEventsAreFoundHoweverTheyWereRecorded(String recording, int unusable, Instant secondCame)
            throws IOException {
        List<Recording.Body> bodies = read(Path.of(RECORDINGS + recording));

        assertThat(events(bodies).filter(UsableEvent.class::isInstance).map(event -> key((UsableEvent) event)))
                .containsExactly(
                        keyOfSample("08-detail-user.end.json"),
                        keyOfSample("v1-user.end-SAME-sqs-or-target-redelivery.json"),
                        keyOfSample("17-routingStatus-1-IDLE.json"));
        assertThat(events(bodies).filter(UnusableEvent.class::isInstance).map(event -> ((UnusableEvent) event)
                        .reason()))
                .hasSize(unusable)
                .allMatch(UnusableReason.INVALID_JSON::equals);
        Instant arrived = bodies.stream()
                .filter(body -> body.events().get(0) instanceof UsableEvent)
                .skip(1)
                .findFirst()
                .orElseThrow()
                .arrived();
        assertThat(arrived).isEqualTo(secondCame);
    }

    @Test
    void valuesMayStandInAnyWay() throws IOException {
        List<String> both = List.of(A, B);
        assertThat(texts(A + "\r\n\r\n" + B + "\r\n")).isEqualTo(both);
        assertThat(texts(A + B)).isEqualTo(both);
        assertThat(texts("[" + A + "," + B + "]")).isEqualTo(both);
        assertThat(texts("[\n" + A + ",\n" + B + "\n]\n")).isEqualTo(both);
        assertThat(texts("[\n  [" + A + "],\n  [" + B + "]\n]\n")).isEqualTo(both);
        assertThat(texts("{\"nextToken\":\"}\",\"events\" : [" + A + "],\"x\":{\"y\":[{}]}}\n{\"events\":[" + B + "]}"))
                .isEqualTo(both);
        assertThat(texts("{\"Messages\":[]}\n" + A + "\n" + B)).isEqualTo(both);
        assertThat(texts("[INFO] 2026-03-10T09:00:00Z got " + A + "\nb: " + B)).isEqualTo(both);
        assertThat(texts("{\n\"detail-type\":\n\"t\"}" + A)).containsExactly("{\n\"detail-type\":\n\"t\"}", A);
    }

    @Test
    void aBrokenValueTakesNoOtherWithIt() throws IOException {
        assertThat(texts("{\"a\":{\"b\n" + A + "\n" + B)).containsExactly("{\"a\":{\"b", A, B);
        assertThat(texts("{\"a\":{\"b\":1\n" + A + "\n" + B)).containsExactly("{\"a\":{\"b\":1", A, B);
        assertThat(texts("{\"a\":[{},\n" + A + "\n" + B)).containsExactly("{\"a\":[{},\n" + A, B);
        assertThat(texts("no\n7\n\"s\nnull\n" + A + "}]\n{\"a\":"))
                .containsExactly("no", "7", "\"s", "null", A, "{\"a\":");
        assertThat(texts("[33,true," + A + ",1.5]")).containsExactly("33", "true", A, "1.5");
    }

    @Test
    void aLongLineIsNotKept() throws IOException {
        byte[] line = new byte[3 * RecordedValues.MAX_LENGTH];
        Arrays.fill(line, (byte) 'x');
        line[0] = '{';
        line[1] = '"';
        List<Integer> lengths = new ArrayList<>();
        RecordedValues.read(new ByteArrayInputStream(line), value -> lengths.add(value.bytes().length));

        assertThat(lengths).allMatch(length -> length <= RecordedValues.MAX_LENGTH);
    }

    @Property(tries = 200)
    void valuesOfAnyShapeAreCutWhereTheyEnd(
            @ForAll @Size(min = 1, max = 20) List<@StringLength(max = 10) String> strings) throws IOException {
        ObjectMapper json = new ObjectMapper();
        List<String> values = new ArrayList<>();
        for (int i = 0; i < strings.size(); i++) {
            Object value = Map.of(strings.get(i), List.of(strings, Map.of("k", i)));
            values.add(
                    i % 2 == 0
                            ? json.writeValueAsString(value)
                            : json.writerWithDefaultPrettyPrinter().writeValueAsString(value));
        }

        assertThat(texts(String.join("", values))).isEqualTo(values);
        assertThat(texts(String.join("\n", values))).isEqualTo(values);
        assertThat(texts("[" + String.join(",", values) + "]")).isEqualTo(values);
    }

    /** Else the page would show the wrong pair. */
    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "\r\n"})
    void everyEventHasAPlaceOfItsOwn(String between) throws IOException {
        Path file = Files.createTempFile("recorded", ".jsonl");
        String array =
                "{\"MessageId\":\"m\",\"Body\":\"[" + A.replace("\"", "\\\"") + "," + A.replace("\"", "\\\"") + "]\"}";
        Files.writeString(file, array + between + B + between + A);
        try (Recording recording = Recording.of(List.of(file), InputStream.nullInputStream())) {
            List<Long> places = read(file).stream()
                    .flatMap(body -> IntStream.range(0, body.events().size()).mapToObj(body::location))
                    .toList();

            assertThat(places).hasSize(4).doesNotHaveDuplicates();
            assertThat(recording.texts(Set.of(places.get(2)))).containsExactly(Map.entry(places.get(2), B));
        } finally {
            Files.delete(file);
        }
    }

    private String key(UsableEvent event) {
        return rules.keyOf(event).hash();
    }

    private String keyOfSample(String name) throws IOException {
        return key((UsableEvent) read(Path.of(SAMPLES + name)).get(0).events().get(0));
    }

    private static Stream<IncomingEvent> events(List<Recording.Body> bodies) {
        return bodies.stream().flatMap(body -> body.events().stream());
    }

    private static List<Recording.Body> read(Path file) throws IOException {
        List<Recording.Body> bodies = new ArrayList<>();
        try (Recording recording = Recording.of(List.of(file), InputStream.nullInputStream())) {
            recording.read(bodies::add, (done, total) -> {});
        }
        return bodies;
    }

    private static List<String> texts(String recorded) throws IOException {
        List<String> texts = new ArrayList<>();
        RecordedValues.read(
                new ByteArrayInputStream(recorded.getBytes(StandardCharsets.UTF_8)),
                value -> texts.add(new String(value.bytes(), StandardCharsets.UTF_8).strip()));
        return texts;
    }
}
