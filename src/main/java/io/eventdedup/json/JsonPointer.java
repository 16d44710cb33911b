package io.eventdedup.json;

import io.eventdedup.json.Json.JsonArray;
import io.eventdedup.json.Json.JsonObject;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * A JSON Pointer (RFC 6901): the path from the envelope to a value in it.
 *
 * @param text the pointer in the form of the RFC's section 5
 */
public record JsonPointer(String text, List<String> names) {

    /** The whole event. */
    public static final JsonPointer ROOT = new JsonPointer("", List.of());

    /**
     * Reads a pointer in the form of the RFC's section 5 ({@code /detail/id}) or as a fragment ({@code #/detail/id}, section 6),
     * in which any character may be percent-encoded.
     *
     * @throws IllegalArgumentException if the text is not a pointer; the message shows what a pointer looks like
     */
    public static JsonPointer parse(String text) {
        if (text.startsWith("#/")) {
            try {
                return parse(URLDecoder.decode(text.substring(1).replace("+", "%2B"), StandardCharsets.UTF_8));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "'" + text + "' is not a JSON Pointer; write an encoded character as % and two hex digits", e);
            }
        }
        if (!text.startsWith("/")) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a JSON Pointer; write it like /detail/eventBody/id");
        }
        List<String> names = Arrays.stream(text.substring(1).split("/", -1))
                .map(name -> unescape(text, name))
                .toList();
        return new JsonPointer(text, names);
    }

    private static String unescape(String text, String name) {
        if (name.replace("~0", "").replace("~1", "").contains("~")) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a JSON Pointer; write ~ in a name as ~0 and / as ~1");
        }
        return name.replace("~1", "/").replace("~0", "~");
    }

    /** This pointer extended by one name. */
    public JsonPointer to(String name) {
        String escaped = name.replace("~", "~0").replace("/", "~1");
        return new JsonPointer(
                text + "/" + escaped,
                Stream.concat(names.stream(), Stream.of(name)).toList());
    }

    /** Whether this pointer reaches the same value as the other, or one inside it. */
    public boolean isWithin(JsonPointer outer) {
        return names.size() >= outer.names.size()
                && names.subList(0, outer.names.size()).equals(outer.names);
    }

    /** The value, or null if there is none. */
    public Json find(Json root) {
        Json found = root;
        for (String name : names) {
            if (found instanceof JsonObject object) {
                found = object.get(name);
            } else if (found instanceof JsonArray array) {
                found = element(array, name);
            } else {
                return null;
            }
        }
        return found;
    }

    private static Json element(JsonArray array, String name) {
        if (!name.matches("0|[1-9][0-9]{0,8}")) {
            return null;
        }
        int index = Integer.parseInt(name);
        return index < array.elements().size() ? array.elements().get(index) : null;
    }

    @Override
    public String toString() {
        return text;
    }
}
