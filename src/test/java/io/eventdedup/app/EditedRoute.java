package io.eventdedup.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.stream.IntStream;

/**
 * The shipped route as a user might edit it: with steps of their own at any place. Steps are given as YAML lists, without
 * indentation.
 */
public final class EditedRoute {

    private static final YAMLMapper YAML = new YAMLMapper();
    private static final String SPLIT = "split";
    private static final String SEND = "to";

    private final ArrayNode file;

    private EditedRoute(ArrayNode file) {
        this.file = file;
    }

    public static EditedRoute shipped() {
        try {
            return new EditedRoute(
                    (ArrayNode) YAML.readTree(Path.of("routes/dedup.camel.yaml").toFile()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Adds steps before the split, where the message is still whole. */
    public EditedRoute aboveTheSplit(String steps) {
        return insert(routeSteps(), indexOf(routeSteps(), SPLIT), steps);
    }

    /** Puts the split into a {@code filter} with this Simple predicate. */
    public EditedRoute splitOnlyIf(String simple) {
        int split = indexOf(routeSteps(), SPLIT);
        ObjectNode filter = YAML.createObjectNode();
        filter.putObject("filter")
                .put("simple", simple)
                .putArray("steps")
                .add(routeSteps().get(split));
        routeSteps().set(split, filter);
        return this;
    }

    /** Adds steps between the split and {@code dedupKeys}, where an event has no key yet. */
    public EditedRoute aboveTheKeys(String steps) {
        return insert(splitSteps(), 0, steps);
    }

    /** Adds steps before the send, where each event passes once. */
    public EditedRoute aboveTheSend(String steps) {
        return insert(block(), indexOf(block(), SEND), steps);
    }

    /** Adds steps after the send. */
    public EditedRoute belowTheSend(String steps) {
        return insert(block(), indexOf(block(), SEND) + 1, steps);
    }

    /** Puts these steps in the place of the send. */
    public EditedRoute insteadOfTheSend(String steps) {
        int send = indexOf(block(), SEND);
        block().remove(send);
        return insert(block(), send, steps);
    }

    /** Gives the {@code idempotentConsumer} an option, such as {@code eager: true}. */
    public EditedRoute withOption(String option) {
        try {
            ((ObjectNode) splitSteps().findValue("idempotentConsumer")).setAll((ObjectNode) YAML.readTree(option));
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Adds routes, beans or route configurations. */
    public EditedRoute with(String more) {
        return insert(file, file.size(), more);
    }

    /** Writes the file, and returns the pattern that Camel finds it by. */
    public String in(Path directory) {
        try {
            YAML.writeValue(directory.resolve("dedup.camel.yaml").toFile(), file);
            return "file:" + directory + "/*.camel.yaml";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ArrayNode routeSteps() {
        return (ArrayNode) file.get(0).at("/route/from/steps");
    }

    private ArrayNode splitSteps() {
        return (ArrayNode) routeSteps().findValue(SPLIT).get("steps");
    }

    private ArrayNode block() {
        return (ArrayNode) splitSteps().findValue("idempotentConsumer").get("steps");
    }

    private static int indexOf(ArrayNode steps, String name) {
        return IntStream.range(0, steps.size())
                .filter(i -> steps.get(i).has(name))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the route has no step " + name));
    }

    private EditedRoute insert(ArrayNode steps, int at, String added) {
        try {
            int place = at;
            for (JsonNode step : YAML.readTree(added)) {
                steps.insert(place++, step);
            }
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
