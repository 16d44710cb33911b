package io.eventdedup.key;

import io.eventdedup.json.Json;
import io.eventdedup.json.Json.JsonArray;
import io.eventdedup.json.Json.JsonLiteral;
import io.eventdedup.json.Json.JsonNumber;
import io.eventdedup.json.Json.JsonObject;
import io.eventdedup.json.Json.JsonString;
import io.eventdedup.json.Json.Member;
import io.eventdedup.json.JsonException;
import io.eventdedup.json.JsonReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.camel.Handler;

/**
 * Finds the events in a message body. It may be
 *
 * <ul>
 *   <li>one EventBridge envelope;
 *   <li>an array, each element of which is an event of its own;
 *   <li>several of these one after the other, with or without whitespace between them, as Firehose writes them;
 *   <li>an SNS notification, with one of these in its {@code Message};
 *   <li>the record that Lambda sends to a failure destination, with one of these as its {@code requestPayload};
 *   <li>a bare Genesys {@code detail}, known by its {@code topicName}, from which the detail-type is rebuilt.
 * </ul>
 *
 * <p>A pointer of the SQS extended client, which has put the body into S3, is an array too, but stays whole: it is one unusable event.
 *
 * <p>The text of an event is cut out of the body as it is. Only in what was decoded from an SNS notification, characters that SQS
 * does not accept are written as JSON escapes. Time and memory are linear in the body.
 */
public final class EventSplitter {

    /**
     * The events of a message, in their order, at least one. What is unusable is in the list too, with the reason; this
     * method never throws.
     *
     * <p>A body that is broken within its first value is one unusable event, since nothing in it can be told apart. If a
     * later value is broken, the values before it are read, and the text from its start on is one unusable event, since
     * nothing shows where the next value begins.
     */
    // marked: else Camel asks all its type converters, at each call, for a Processor made of this bean
    @Handler
    public List<IncomingEvent> split(String body) {
        Message message = new Message(body == null ? "" : body, new ArrayList<>(1));
        message.readText(message.body, true);
        return message.events;
    }

    private static final String TOO_DEEP = "nested deeper than " + JsonReader.MAX_DEPTH;
    private static final String EMPTY_ARRAY = "the array is empty";

    /** What a pointer begins with, the second in old versions of the extended client. */
    private static final Set<String> POINTER_TYPES = Set.of(
            "software.amazon.payloadoffloading.PayloadS3Pointer", "com.amazon.sqs.javamessaging.MessageS3Pointer");

    private record Message(String body, List<IncomingEvent> events) {

        /** Reads a text that is a JSON document: the body itself, or the one in an SNS notification. */
        void readText(String text, boolean alone) {
            if (text.isBlank()) {
                unusable(text, alone, UnusableReason.INVALID_JSON, "the body is empty");
                return;
            }
            JsonReader reader = new JsonReader(text);
            int start = 0;
            try {
                do {
                    readNext(reader, start, text, alone);
                    start = reader.position();
                } while (!reader.atEnd());
            } catch (JsonException e) {
                unusable(
                        text.substring(start),
                        alone && start == 0,
                        e.isTooDeep() ? UnusableReason.TOO_DEEP : UnusableReason.INVALID_JSON,
                        e.getMessage());
            }
        }

        /** Reads the value that begins here. It has the whole text if it is the only one. */
        private void readNext(JsonReader reader, int start, String text, boolean alone) throws JsonException {
            if (reader.startsArray()) {
                List<JsonReader.Element> elements = reader.elements();
                boolean only = start == 0 && reader.atEnd();
                boolean pointer = isPointer(elements);
                if (pointer || elements.isEmpty()) {
                    String array = only
                            ? text
                            : text.substring(start, reader.position()).strip();
                    unusable(
                            sendable(text, array),
                            alone && only,
                            pointer ? UnusableReason.S3_POINTER : UnusableReason.NOT_AN_EVENT,
                            pointer ? "the body is in S3" : EMPTY_ARRAY);
                } else {
                    elements.forEach(element -> readElement(text, element));
                }
                return;
            }
            JsonReader.Element element = reader.startsObject() || start > 0 ? reader.nextObject() : reader.last();
            if (start > 0 || !reader.atEnd()) {
                readElement(text, element);
            } else if (element.value() == null) {
                unusable(sendable(text, text), alone, UnusableReason.TOO_DEEP, TOO_DEEP);
            } else {
                readValue(element.value(), text, true, alone);
            }
        }

        private static boolean isPointer(List<JsonReader.Element> elements) {
            return elements.size() == 2
                    && elements.get(0).value() instanceof JsonString type
                    && POINTER_TYPES.contains(type.value())
                    && elements.get(1).value() instanceof JsonObject place
                    && place.getString("s3Key") != null;
        }

        private void readElement(String document, JsonReader.Element element) {
            if (element.value() == null) {
                String text = document.substring(element.start(), element.end());
                unusable(sendable(document, text), false, UnusableReason.TOO_DEEP, TOO_DEEP);
            } else {
                readValue(element.value(), document, false, false);
            }
        }

        /** @param whole whether the value is all there is in the document, which is then its text */
        private void readValue(Json value, String document, boolean whole, boolean alone) {
            if (!(value instanceof JsonObject object)) {
                String text = text(value, document, whole);
                unusable(text, alone, UnusableReason.NOT_AN_EVENT, "not a JSON object");
                return;
            }
            String detailType = object.getString("detail-type");
            String topicName = object.getString("topicName");
            if (detailType != null && !detailType.isEmpty()) {
                readEnvelope(object, detailType, text(value, document, whole), alone);
            } else if ("Notification".equals(object.getString("Type")) && object.getString("Message") != null) {
                readText(object.getString("Message"), alone);
            } else if (object.get("requestPayload") != null) {
                readPayload(object.get("requestPayload"), document, alone);
            } else if (topicName != null && !topicName.isEmpty()) {
                String rebuilt = TopicName.detailType(topicName);
                String text = text(value, document, whole);
                events.add(new UsableEvent(body, text, alone, rebuilt, envelope(object, rebuilt)));
            } else {
                String text = text(value, document, whole);
                unusable(text, alone, UnusableReason.NOT_AN_EVENT, "there is no detail-type");
            }
        }

        private void readEnvelope(JsonObject envelope, String detailType, String text, boolean alone) {
            Json detail = envelope.get("detail");
            if (detail instanceof JsonObject && !detail.isEmpty()) {
                events.add(new UsableEvent(body, text, alone, detailType, envelope));
            } else {
                String problem = detail == null ? "absent" : detail instanceof JsonObject ? "empty" : "not an object";
                unusable(text, alone, UnusableReason.NO_DETAIL, "the detail is " + problem);
            }
        }

        private void readPayload(Json payload, String document, boolean alone) {
            if (payload instanceof JsonArray array && !array.isEmpty()) {
                array.elements().forEach(element -> readValue(element, document, false, false));
            } else if (payload instanceof JsonArray) {
                unusable(text(payload, document, false), alone, UnusableReason.NOT_AN_EVENT, EMPTY_ARRAY);
            } else {
                readValue(payload, document, false, alone);
            }
        }

        private String text(Json value, String document, boolean whole) {
            return sendable(document, whole ? document : cut(document, value));
        }

        private static String cut(String document, Json value) {
            if (value instanceof JsonObject object) {
                return document.substring(object.start(), object.end());
            } else if (value instanceof JsonArray array) {
                return document.substring(array.start(), array.end());
            } else if (value instanceof JsonString string) {
                return document.substring(string.start() - 1, string.end() + 1);
            } else if (value instanceof JsonNumber number) {
                return number.value();
            } else {
                return ((JsonLiteral) value).text();
            }
        }

        /** JSON from a document as SQS accepts it; in a body that was received it is so already. */
        private String sendable(String document, String json) {
            return document == body ? json : SendableText.ofJson(json);
        }

        private static JsonObject envelope(JsonObject detail, String detailType) {
            return new JsonObject(
                    detail.start(),
                    detail.end(),
                    List.of(new Member("detail-type", JsonString.of(detailType)), new Member("detail", detail)));
        }

        private void unusable(String text, boolean alone, UnusableReason reason, String message) {
            events.add(new UnusableEvent(body, text, alone, reason, message));
        }
    }
}
