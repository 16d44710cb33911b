package io.eventdedup.key;

import io.eventdedup.json.Edits;
import io.eventdedup.json.JsonPointer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One rule: which events it applies to, which fields make up their key, and how long the key is remembered.
 *
 * @param exclude what is removed from the parts before hashing
 * @param round which timestamps in the parts are rounded, and to which unit
 * @param notSketched what {@link ContentSketch} leaves out
 * @param group where the FIFO message group is in the event, or null to use the key
 * @param line the rule's line in its file
 * @param text the rule's text in its file
 */
record KeyRule(
        Glob match,
        KeyRecipe recipe,
        Set<JsonPointer> exclude,
        Map<JsonPointer, Duration> round,
        Edits notSketched,
        Duration window,
        JsonPointer group,
        int line,
        String text) {

    private static final KeyRecipe WHOLE_DETAIL = KeyRecipe.of("/detail");

    private static final KeyRecipe WHOLE_BODY =
            KeyRecipe.of("/detail/topicName", "/detail/eventBody", "/detail/timestamp");

    /** The fallback keys when a required part is missing, in the order in which they are tried. Each is longer than the rule's. */
    static List<KeyRecipe> fallbacks(String detailType) {
        return detailType.startsWith("v2.") ? List.of(WHOLE_BODY, WHOLE_DETAIL) : List.of(WHOLE_DETAIL);
    }
}
