package io.eventdedup.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** How the copy of an event differs from the event. */
enum CopyKind {
    /** SQS delivers again, or two rules feed one queue: nothing differs. */
    SAME_BODY {
        @Override
        String copy(String event, Random random) {
            return event;
        }
    },
    /** Published again: new ids of the envelope, of the correlation, and of the publication where the event has one. */
    PUBLISHED_AGAIN {
        @Override
        String copy(String event, Random random) {
            ObjectNode envelope = read(event);
            Instant time = Instant.parse(envelope.get("time").textValue());
            envelope.put("id", SampleStory.randomId(random));
            envelope.put("time", time.plusSeconds(1 + random.nextInt(90)).toString());
            ObjectNode detail = (ObjectNode) envelope.get("detail");
            if (detail.has("metadata")) {
                detail.putObject("metadata").put("CorrelationId", SampleStory.randomId(random));
            }
            if (detail.has("event-id")) {
                detail.put("event-id", SampleStory.randomId(random));
            }
            return envelope.toString();
        }
    },
    /** Written by another JSON library: other key order, other whitespace. */
    REORDERED {
        @Override
        String copy(String event, Random random) {
            JsonNode shuffled = shuffled(read(event), random);
            ObjectWriter writer = random.nextBoolean() ? JSON.writer() : JSON.writerWithDefaultPrettyPrinter();
            try {
                return writer.writeValueAsString(shuffled);
            } catch (JsonProcessingException e) {
                throw new UncheckedIOException(e);
            }
        }
    },
    /** Replayed from an archive: the envelope has the replay's name, anywhere. */
    REPLAYED {
        @Override
        String copy(String event, Random random) {
            List<Map.Entry<String, JsonNode>> fields =
                    new ArrayList<>(read(event).properties());
            fields.add(
                    random.nextInt(fields.size() + 1),
                    Map.entry("replay-name", JSON.getNodeFactory().textNode("reprocess-2026-03-11")));
            return object(fields).toString();
        }
    },
    /** Came by way of SNS: the event is as it was, a notification is around it. */
    THROUGH_SNS {
        @Override
        String copy(String event, Random random) {
            return event;
        }

        @Override
        String body(String copy, Random random) {
            return notification(copy, random);
        }
    };

    private static final ObjectMapper JSON = new ObjectMapper();

    /** The text of the event in a copy of this kind: what goes to the output queue if the copy is the first to arrive. */
    abstract String copy(String event, Random random);

    /** The message body in which such a copy arrives. */
    String body(String copy, Random random) {
        return copy;
    }

    /** An SNS notification with the given message. */
    static String notification(String message, Random random) {
        return JSON.createObjectNode()
                .put("Type", "Notification")
                .put("MessageId", SampleStory.randomId(random))
                .put("TopicArn", "arn:aws:sns:eu-central-1:111122223333:cc-events")
                .put("Message", message)
                .put("Timestamp", "2026-03-10T09:21:06.005Z")
                .toString();
    }

    private static ObjectNode read(String event) {
        try {
            return (ObjectNode) JSON.readTree(event);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode shuffled(JsonNode node, Random random) {
        if (node instanceof ArrayNode array) {
            ArrayNode copy = JSON.createArrayNode();
            array.forEach(element -> copy.add(shuffled(element, random)));
            return copy;
        }
        if (node instanceof ObjectNode object) {
            List<Map.Entry<String, JsonNode>> fields = new ArrayList<>();
            object.properties()
                    .forEach(field -> fields.add(Map.entry(field.getKey(), shuffled(field.getValue(), random))));
            Collections.shuffle(fields, random);
            return object(fields);
        }
        return node;
    }

    private static ObjectNode object(List<Map.Entry<String, JsonNode>> fields) {
        ObjectNode object = JSON.createObjectNode();
        fields.forEach(field -> object.set(field.getKey(), field.getValue()));
        return object;
    }
}
