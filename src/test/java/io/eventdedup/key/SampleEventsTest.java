package io.eventdedup.key;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The sample events: groups.json says which of them are the same event. */
class SampleEventsTest {

    private static final Path SAMPLES = Path.of("src/test/resources/samples");

    private final KeyRules rules = KeyRules.load(Path.of("routes/event-keys.yaml"), Duration.ofMinutes(5));

    @Test
    void filesOfOneGroupShareAKeyAndNoTwoGroupsDo() throws IOException {
        Map<String, Integer> groupOfKey = new HashMap<>();
        JsonNode groups = new ObjectMapper()
                .readTree(SAMPLES.resolve("groups.json").toFile())
                .get("groups");

        for (int group = 0; group < groups.size(); group++) {
            TreeSet<String> keys = new TreeSet<>();
            for (JsonNode file : groups.get(group)) {
                keys.add(key(file.asText()).hash());
            }
            assertThat(keys).as("keys of %s", groups.get(group)).hasSize(1);
            assertThat(groupOfKey.put(keys.first(), group))
                    .as("group with the key of %s", groups.get(group))
                    .isNull();
        }
    }

    @Test
    void everySampleIsInAGroup() throws IOException {
        TreeSet<String> grouped = new TreeSet<>();
        new ObjectMapper()
                .readTree(SAMPLES.resolve("groups.json").toFile())
                .get("groups")
                .forEach(group -> group.forEach(file -> grouped.add(file.asText())));
        try (Stream<Path> files = Files.list(SAMPLES)) {
            assertThat(files.map(file -> file.getFileName().toString()).filter(name -> !name.equals("groups.json")))
                    .containsExactlyInAnyOrderElementsOf(grouped);
        }
    }

    @Test
    void noSampleNeedsTheFallback() throws IOException {
        try (Stream<Path> files = Files.list(SAMPLES)) {
            List<String> names = files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals("groups.json"))
                    .toList();
            for (String name : names) {
                assertThat(key(name).fallback()).as(name).isFalse();
            }
        }
    }

    private EventKey key(String file) throws IOException {
        List<IncomingEvent> events = new EventSplitter().split(Files.readString(SAMPLES.resolve(file)));
        assertThat(events).as(file).singleElement().isInstanceOf(UsableEvent.class);
        return rules.keyOf((UsableEvent) events.get(0));
    }
}
