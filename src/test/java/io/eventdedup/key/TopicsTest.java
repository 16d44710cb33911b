package io.eventdedup.key;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The rules over every topic that Genesys documents. */
class TopicsTest {

    private final KeyRules rules = KeyRules.load(Path.of("routes/event-keys.yaml"), Duration.ofMinutes(5));
    private final Map<String, TopicEvent> events = TopicEvent.all();

    @Test
    void thereAre242Topics() {
        assertThat(events).hasSize(242);
    }

    @Test
    void noRuleTakesTheFallbackWhileTheBodyIsComplete() {
        assertThat(topics(event -> rules.keyOf(event.usable()).fallback())).isEmpty();
    }

    @Test
    void aReplayHasTheSameKey() {
        assertThat(topics(event -> !key(event.replayed()).equals(key(event)))).isEmpty();
    }

    @Test
    void publishedAgainAnEventHasTheSameKeyButForTheTopicsThatTheDocumentationLists() throws IOException {
        Set<String> another = topics(event -> !key(event.publishedAgain()).equals(key(event)));

        assertThat(another).containsExactlyElementsOf(documentedTopics());
        assertThat(events.size() - another.size()).isEqualTo(97);
    }

    @Test
    void anEventWithoutItsTimesIsNeverTakenForAnEarlierOne() {
        assertThat(topics(event -> event.hasTimes()
                        && key(event.withoutTimes().publishedAgain()).equals(key(event.withoutTimes()))))
                .isEmpty();
    }

    @Test
    void anEventWithoutAnyOneRequiredPartIsNeverTakenForAnEarlierOne() {
        Set<String> taken = new TreeSet<>();
        events.forEach((topic, event) -> {
            for (KeyPart part : rules.ruleOf(topic).recipe().parts()) {
                List<String> names = part.pointer().names();
                if (names.size() > 2 && names.get(1).equals("eventBody")) {
                    String parent = "/" + String.join("/", names.subList(0, names.size() - 1));
                    TopicEvent without = event.with(
                            envelope -> ((ObjectNode) envelope.at(parent)).remove(names.get(names.size() - 1)));
                    if (key(without).equals(key(without.publishedAgain()))) {
                        taken.add(topic + part.pointer());
                    }
                }
            }
        });
        assertThat(taken).isEmpty();
    }

    @Test
    void noChangedFieldIsIgnoredButWhereTheRuleSaysIdentity() {
        Map<String, Long> ignored = new TreeMap<>();
        events.forEach((topic, event) -> {
            long count = event.withOneFieldChanged().stream()
                    .filter(changed -> key(changed).equals(key(event)))
                    .count();
            if (count > 0) {
                ignored.put(topic, count);
            }
        });
        // an audit record of which only number and time count; a link that is signed anew, and how long it holds
        assertThat(ignored)
                .containsExactlyEntriesOf(new TreeMap<>(Map.of(
                        "v2.audits.entitytype.{id}.entityid.{id}", 14L,
                        "v2.flows.instances.flow.{id}", 2L)));
    }

    @Test
    void theSameBodyOfAnotherUserQueueOrConversationIsAnotherEvent() {
        Set<String> taken = topics(event -> event.topic().contains("{id}")
                && key(event.with(envelope -> ((ObjectNode) envelope.get("detail"))
                                .put("topicName", event.topic().replace("{id}", "17"))))
                        .equals(key(event)));
        // these have the id in the body too, and it is in the key
        assertThat(taken).allSatisfy(topic -> assertThat(topic)
                .matches("v2\\.(detail\\.events|conversations|audits|flows\\.instances|users\\.\\{id}\\.routing).*"));
    }

    private Set<String> topics(Predicate<TopicEvent> predicate) {
        return events.values().stream()
                .filter(predicate)
                .map(TopicEvent::topic)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private String key(TopicEvent event) {
        return rules.keyOf(event.usable()).hash();
    }

    /** The topics in the table of keys.md whose keys include the publish time. */
    private static Set<String> documentedTopics() throws IOException {
        String docs = Files.readString(Path.of("src/docs/keys.md"));
        String section = docs.substring(docs.indexOf("## Topics that Genesys can republish as new events"));
        return Pattern.compile("`(v2[.][^`]+)`")
                .matcher(section)
                .results()
                .map((MatchResult result) -> result.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
