package io.eventdedup.key;

import io.eventdedup.json.Edits;
import io.eventdedup.json.Json;
import io.eventdedup.json.Json.JsonLiteral;
import io.eventdedup.json.JsonPointer;

/** One part of a key: where it is in the event, whether it may be absent, and how it is edited before hashing. */
record KeyPart(JsonPointer pointer, boolean optional, Edits edits) {

    static KeyPart required(String pointer) {
        return new KeyPart(JsonPointer.parse(pointer), false, Edits.NONE);
    }

    /**
     * The part's value, or null if the part is required and the value is absent or empty. For an optional part that is absent it
     * is JSON's null.
     */
    Json find(Json event) {
        Json found = pointer.find(event);
        if (optional) {
            return found == null ? JsonLiteral.NULL : edits.rounded(found);
        }
        return found == null || found.isEmpty() ? null : edits.rounded(found);
    }
}
