package io.eventdedup.key;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** An event of one of Genesys's topics, with a value in every field that the topic has. */
record TopicEvent(String topic, ObjectNode envelope) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern TIME_NAME = Pattern.compile("(?i).*(date|time|timestamp)(ms|string)?|date.*|.*start");

    /** The times within the objects of which the list of topics gives no more than the type. */
    private static final Map<String, String> TIMES_WITHIN = Map.of(
            "UserRoutingStatusRoutingStatus", "startTime",
            "AgentActivityChangedTopicRoutingStatus", "startTime",
            "AgentActivityChangedTopicPresence", "modifiedDate",
            "AgentActivityChangedTopicOutOfOffice", "modifiedDate");

    /** One event of each topic, by topic. */
    static Map<String, TopicEvent> all() {
        Map<String, TopicEvent> events = new TreeMap<>();
        try {
            for (String line : Files.readAllLines(Path.of("src/test/resources/topics.tsv"))) {
                if (!line.startsWith("#")) {
                    String[] columns = line.split("\t", 2);
                    events.put(columns[0], of(columns[0], columns[1]));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return events;
    }

    private static TopicEvent of(String topic, String fields) {
        ObjectNode envelope = JSON.createObjectNode()
                .put("version", "0")
                .put("id", "0f872464-9213-416e-a30a-26ff025e1d0a")
                .put("detail-type", topic)
                .put("source", "aws.partner/genesys.com/cloud/894af375-a52f-4d5a-a92d-9d9c279b1489/events")
                .put("time", "2026-03-10T09:15:10Z")
                .put("region", "eu-central-1");
        ObjectNode detail = envelope.putObject("detail")
                .put("topicName", topic.replace("{id}", "2e904e99-923b-4a54-88cf-3484b95938fb"))
                .put("version", "2")
                .put("timestamp", "2026-03-10T09:15:10.660Z");
        detail.putObject("metadata").put("CorrelationId", "88c619b2-65a1-4646-9112-f217990de41c");
        ObjectNode body = detail.putObject("eventBody");
        if (!fields.isBlank()) {
            for (String field : fields.split(", ")) {
                String[] nameAndType = field.split(":", 2);
                body.set(nameAndType[0], value(nameAndType[0], nameAndType[1]));
            }
        }
        return new TopicEvent(topic, envelope);
    }

    private static JsonNode value(String name, String type) {
        boolean time = TIME_NAME.matcher(name).matches();
        if (type.startsWith("[") && type.contains(":")) {
            return JSON.createObjectNode().put("a name", "a value");
        } else if (type.startsWith("[")) {
            return JSON.createArrayNode().add(value(name, type.substring(1, type.length() - 1)));
        }
        return switch (type) {
            case "String" -> JSON.getNodeFactory().textNode(time ? "2026-03-10T09:15:10.500Z" : "a " + name);
            case "UUID" -> JSON.getNodeFactory().textNode("9031ffd0-7c7c-419a-9f91-1d2e7a081f22");
            case "Date" -> JSON.getNodeFactory().textNode("2026-03-10T09:15:10.500Z");
            case "Int64" -> JSON.getNodeFactory().numberNode(time ? 1_773_134_110_500L : 7L);
            case "Double" -> JSON.getNodeFactory().numberNode(0.5);
            case "Bool" -> JSON.getNodeFactory().booleanNode(true);
            default -> {
                ObjectNode object = JSON.createObjectNode().put("name", "a " + type);
                if (TIMES_WITHIN.containsKey(type)) {
                    object.put(TIMES_WITHIN.get(type), "2026-03-10T09:15:10.500Z");
                }
                yield object;
            }
        };
    }

    /** The event after a change. */
    TopicEvent with(Consumer<ObjectNode> change) {
        ObjectNode copy = envelope.deepCopy();
        change.accept(copy);
        return new TopicEvent(topic, copy);
    }

    /** As EventBridge replays it from an archive. */
    TopicEvent replayed() {
        return with(event -> event.put("replay-name", "after-a-fix"));
    }

    /** As Genesys publishes it again: new id, time, timestamp and CorrelationId. */
    TopicEvent publishedAgain() {
        return with(event -> {
            event.put("id", "757e8967-6d98-433d-944c-64aaa31ee1df").put("time", "2026-03-10T09:15:49Z");
            ObjectNode detail = (ObjectNode) event.get("detail");
            detail.put("timestamp", "2026-03-10T09:15:49.004Z");
            detail.putObject("metadata").put("CorrelationId", "3571a205-cd45-4394-b46e-9b7454d18a8f-archival");
        });
    }

    /** Without any time in the body. */
    TopicEvent withoutTimes() {
        return with(event -> removeTimes((ObjectNode) event.at("/detail/eventBody")));
    }

    private static void removeTimes(ObjectNode object) {
        object.properties()
                .removeIf(field -> TIME_NAME.matcher(field.getKey()).matches()
                        || field.getValue().asText().startsWith("2026-03-10T"));
        object.forEach(value -> {
            if (value instanceof ObjectNode inner) {
                removeTimes(inner);
            }
        });
    }

    /** For each field of the body, the event with another value in it. */
    List<TopicEvent> withOneFieldChanged() {
        return body().properties().stream()
                .map(field -> with(event ->
                        ((ObjectNode) event.at("/detail/eventBody")).set(field.getKey(), changed(field.getValue()))))
                .toList();
    }

    private static JsonNode changed(JsonNode value) {
        if (value instanceof ObjectNode object) {
            return object.deepCopy().put("another", true);
        }
        return JSON.getNodeFactory().textNode(value + " changed");
    }

    boolean hasTimes() {
        return !withoutTimes().body().equals(body());
    }

    ObjectNode body() {
        return (ObjectNode) envelope.at("/detail/eventBody");
    }

    UsableEvent usable() {
        return (UsableEvent) new EventSplitter().split(envelope.toString()).get(0);
    }
}
