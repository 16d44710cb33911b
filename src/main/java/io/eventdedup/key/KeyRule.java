package io.eventdedup.key;

import io.eventdedup.json.Edits;
import io.eventdedup.json.JsonPointer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One rule: which events it is for, what makes two of them the same, and for how long.
 *
 * @param exclude what is taken out of its parts
 * @param round what is rounded in them
 * @param notSketched what {@link ContentSketch} leaves out
 * @param group where the FIFO message group is, or null for the key itself
 * @param line the rule's line in its file
 * @param text the rule as it stands there
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

    /** What takes the place of a key of which a part is missing: longer keys, in this order, never a shorter one. */
    static List<KeyRecipe> fallbacks(String detailType) {
        return detailType.startsWith("v2.") ? List.of(WHOLE_BODY, WHOLE_DETAIL) : List.of(WHOLE_DETAIL);
    }
}
