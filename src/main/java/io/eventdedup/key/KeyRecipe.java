package io.eventdedup.key;

import io.eventdedup.json.CanonicalJson;
import io.eventdedup.json.Json;
import io.eventdedup.json.Json.JsonString;
import java.util.List;

/** The parts of a key, in order. */
record KeyRecipe(List<KeyPart> parts) {

    static KeyRecipe of(String... pointers) {
        return new KeyRecipe(List.of(pointers).stream().map(KeyPart::required).toList());
    }

    /** The bytes to hash, or null if the event lacks a required part. */
    byte[] material(Json event) {
        if (parts.size() == 1) {
            KeyPart part = parts.get(0);
            Json value = part.find(event);
            if (value == null) {
                return null;
            }
            if (value instanceof JsonString string) {
                return KeyMaterial.of(string);
            }
            StringBuilder canonical = new StringBuilder();
            CanonicalJson.write(value, part.edits(), canonical);
            return KeyMaterial.of(canonical);
        }
        StringBuilder canonical = new StringBuilder(256).append('[');
        String separator = "";
        for (KeyPart part : parts) {
            Json value = part.find(event);
            if (value == null) {
                return null;
            }
            CanonicalJson.write(value, part.edits(), canonical.append(separator));
            separator = ", ";
        }
        return KeyMaterial.of(canonical.append(']'));
    }
}
