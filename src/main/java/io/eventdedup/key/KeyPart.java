package io.eventdedup.key;

import io.eventdedup.json.Edits;
import io.eventdedup.json.Json;
import io.eventdedup.json.Json.JsonLiteral;
import io.eventdedup.json.JsonPointer;

/** One part of a key: where it is in the event, whether it may be absent, and what is changed in it before hashing. */
record KeyPart(JsonPointer pointer, boolean optional, Edits edits) {

    static KeyPart required(String pointer) {
        return new KeyPart(JsonPointer.parse(pointer), false, Edits.NONE);
    }

    /**
     * The part's value, or null when the part is required and there is nothing: no value, or an empty one. An optional
     * part that is absent counts as null.
     */
    Json find(Json event) {
        Json found = pointer.find(event);
        if (optional) {
            return found == null ? JsonLiteral.NULL : edits.rounded(found);
        }
        return found == null || found.isEmpty() ? null : edits.rounded(found);
    }
}
