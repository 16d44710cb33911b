package io.eventdedup.local;

import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class EventGeneratorTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectMapper DEEP_JSON = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(10_000).build())
            .build());

    @Property(tries = 20)
    void theSameSeedMakesTheSameWorkload(@ForAll long seed, @ForAll @IntRange(min = 1, max = 300) int count) {
        assertThat(EventGenerator.generate(seed, count)).isEqualTo(EventGenerator.generate(seed, count));
    }

    @Property(tries = 20)
    void anotherSeedMakesOtherEvents(@ForAll @IntRange(max = 1_000_000) int seed) {
        Set<String> texts =
                expectation(EventGenerator.generate(seed, 50)).eventOf().keySet();

        assertThat(expectation(EventGenerator.generate(seed + 1L, 50)).eventOf().keySet())
                .doesNotContainAnyElementsOf(texts);
    }

    @Property(tries = 25)
    void makesAsManyMessagesAsAsked(@ForAll long seed, @ForAll @IntRange(min = 1, max = 300) int count) {
        assertThat(EventGenerator.generate(seed, count).messages()).hasSize(count);
    }

    @Property(tries = 25)
    void everyEventSentIsExpectedSomewhere(@ForAll long seed, @ForAll @IntRange(min = 1, max = 300) int count) {
        Workload workload = EventGenerator.generate(seed, count);

        Tally expected = expectation(workload).tally(false);
        assertThat(expected.received()).isEqualTo(workload.events());
        assertThat(expected.balance().holds()).isTrue();
    }

    @Property(tries = 25)
    void aMessageHoldsAsManyEventsAsItSays(@ForAll long seed) {
        assertThat(EventGenerator.generate(seed, 200).messages())
                .allSatisfy(
                        message -> assertThat(EventsFile.events(message.body())).isEqualTo(message.events()));
    }

    @Property(tries = 25)
    void textsOfOneEventDifferOnlyInWhatIdentifiesNothing(@ForAll long seed) {
        Map<Integer, Set<JsonNode>> essences =
                expectation(EventGenerator.generate(seed, 200)).eventOf().entrySet().stream()
                        .collect(Collectors.groupingBy(
                                Map.Entry::getValue, mapping(text -> essence(text.getKey()), toSet())));

        assertThat(essences.values()).allSatisfy(essence -> assertThat(essence).hasSize(1));
        assertThat(essences.values()).doesNotHaveDuplicates();
    }

    @Property(tries = 10)
    void onlyInvalidJsonDoesNotParse(@ForAll long seed) {
        Map<String, String> reasonOf =
                expectation(EventGenerator.generate(seed, 2_000)).reasonOf();

        assertThat(reasonOf)
                .allSatisfy((body, reason) -> assertThat(isJson(body)).isEqualTo(!reason.equals("INVALID_JSON")));
    }

    @Test
    void aWorkloadOfUsualSizeHasEverythingInIt() {
        Workload workload = EventGenerator.generate(1, 5_000);

        Tally expected = expectation(workload).tally(false);
        assertThat(expected.duplicates()).isBetween(1_300L, 1_900L);
        assertThat(expected.deadLettered()).isBetween(30L, 120L);
        assertThat(expected.deadLetters()).containsOnlyKeys("INVALID_JSON", "NOT_AN_EVENT", "NO_DETAIL", "TOO_DEEP");
        assertThat(workload.messages()).anyMatch(message -> message.events() > 1);
    }

    private static Expectation expectation(Workload workload) {
        return workload.expectation().orElseThrow();
    }

    /** An event without all that may differ between copies of it. */
    private static JsonNode essence(String text) {
        ObjectNode event = (ObjectNode) read(text);
        ((ObjectNode) event.get("detail")).remove(List.of("event-id", "metadata"));
        return event.remove(List.of("id", "time", "replay-name"));
    }

    private static boolean isJson(String body) {
        try {
            DEEP_JSON.readTree(body);
            return true;
        } catch (JsonProcessingException e) {
            return false;
        }
    }

    private static JsonNode read(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
