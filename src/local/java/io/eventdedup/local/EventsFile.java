package io.eventdedup.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.eventdedup.json.TextFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Message bodies from a file of the user's: JSON Lines, one body a line, empty lines skipped. */
final class EventsFile {

    private static final ObjectMapper JSON = new ObjectMapper();

    private EventsFile() {}

    /** Nothing is expected of these events but that none gets lost. */
    static Workload read(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new BadInputException("-Devents=" + file + ": there is no such file");
        }
        try {
            List<Message> messages = TextFile.read(file).lines()
                    .filter(line -> !line.isBlank())
                    .map(line -> new Message(line, events(line)))
                    .toList();
            if (messages.isEmpty()) {
                throw new BadInputException("-Devents=" + file + ": the file holds no events");
            }
            return new Workload(messages, Optional.empty());
        } catch (TextFile.NotTextException e) {
            throw new BadInputException("-Devents=" + file + ":" + e.line() + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw new BadInputException("-Devents=" + file + ": the file cannot be read", e);
        }
    }

    /** How many events a body holds: the elements of an array, be it by itself or inside a wrapper; else one. */
    static int events(String body) {
        try {
            JsonNode root = JSON.readTree(body);
            if (root.isObject() && root.path("Message").isTextual()) {
                return events(root.get("Message").textValue());
            }
            JsonNode events = root.isObject() && root.has("requestPayload") ? root.get("requestPayload") : root;
            return events.isArray() && !events.isEmpty() ? events.size() : 1;
        } catch (JsonProcessingException e) {
            return 1;
        }
    }
}
