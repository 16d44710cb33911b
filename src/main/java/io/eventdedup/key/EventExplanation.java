package io.eventdedup.key;

import io.eventdedup.json.CanonicalJson;
import io.eventdedup.json.Json;
import io.eventdedup.json.Json.JsonLiteral;
import io.eventdedup.json.Json.JsonString;
import io.eventdedup.json.JsonDifference;
import io.eventdedup.json.JsonPointer;
import java.util.List;

/**
 * How the key of one event was computed.
 *
 * @param missing the required part that the event lacks, so that the fallback key is used; else null
 * @param parts the parts of the key
 * @param replay the name of the archive replay, if the key includes it; else null
 */
record EventExplanation(
        UsableEvent event, EventKey key, KeyRule rule, JsonPointer missing, List<Part> parts, JsonString replay) {

    private static final JsonPointer REPLAY_NAME = JsonPointer.parse("/replay-name");

    /**
     * One part of the key.
     *
     * @param found the value in the event, or null
     * @param material its canonical JSON after exclusions and rounding
     */
    record Part(KeyPart part, Json found, String material) {

        JsonPointer pointer() {
            return part.pointer();
        }

        boolean changed() {
            return !material.equals(CanonicalJson.of(found == null ? JsonLiteral.NULL : found));
        }
    }

    static EventExplanation of(KeyRules rules, UsableEvent event) {
        KeyRule rule = rules.ruleOf(event.detailType());
        JsonPointer missing = rule.recipe().parts().stream()
                .filter(part -> part.find(event.envelope()) == null)
                .map(KeyPart::pointer)
                .findFirst()
                .orElse(null);
        KeyRecipe recipe = missing == null ? rule.recipe() : KeyRules.fallback(event);
        List<Part> parts =
                recipe.parts().stream().map(part -> part(part, event)).toList();
        return new EventExplanation(event, rules.keyOf(event), rule, missing, parts, rules.replayInKeyOf(event));
    }

    private static Part part(KeyPart part, UsableEvent event) {
        StringBuilder material = new StringBuilder();
        CanonicalJson.write(part.find(event.envelope()), part.edits(), material);
        return new Part(part, part.pointer().find(event.envelope()), material.toString());
    }

    boolean isCatchAll() {
        return rule.match().covers(new Glob("*"));
    }

    /** Whether the key of the other event has the same parts. */
    boolean hasPartsOf(EventExplanation other) {
        return parts.stream()
                .map(Part::part)
                .toList()
                .equals(other.parts.stream().map(Part::part).toList());
    }

    /** Whether a difference between this event and the other makes their keys differ. */
    boolean decides(EventExplanation other, JsonDifference difference) {
        if (difference.pointer().equals(REPLAY_NAME)) {
            return replay != null || other.replay != null;
        }
        return parts.stream().anyMatch(part -> decides(part, other, difference))
                || other.parts.stream().anyMatch(part -> decides(part, this, difference));
    }

    private static boolean decides(Part part, EventExplanation other, JsonDifference difference) {
        JsonPointer pointer = part.pointer();
        boolean equal = part(part.part(), other.event).material().equals(part.material());
        return !equal
                && (pointer.isWithin(difference.pointer())
                        || difference.pointer().isWithin(pointer)
                                && !part.part()
                                        .edits()
                                        .hide(difference, pointer.names().size()));
    }
}
