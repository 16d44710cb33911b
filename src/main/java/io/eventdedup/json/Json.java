package io.eventdedup.json;

import java.util.List;

/**
 * A JSON value with its position in the text, so that it can be cut out unchanged. Strings and numbers are decoded on demand;
 * most never are.
 */
public sealed interface Json {

    /** Whether this is {@code null}, {@code ""}, <code>{}</code> or {@code []}, which identify nothing. */
    default boolean isEmpty() {
        return false;
    }

    /** An object. The last value of a repeated name counts. */
    record JsonObject(int start, int end, List<Member> members) implements Json {

        /** The value of a member, or null if there is none. */
        public Json get(String name) {
            for (int i = members.size() - 1; i >= 0; i--) {
                Member member = members.get(i);
                if (member.name().equals(name)) {
                    return member.value();
                }
            }
            return null;
        }

        /** The value of a member if it is a string, else null. */
        public String getString(String name) {
            return get(name) instanceof JsonString string ? string.value() : null;
        }

        @Override
        public boolean isEmpty() {
            return members.isEmpty();
        }
    }

    /** One member of an object. */
    record Member(String name, Json value) {}

    /** An array. */
    record JsonArray(int start, int end, List<Json> elements) implements Json {
        @Override
        public boolean isEmpty() {
            return elements.isEmpty();
        }
    }

    /** A string: the text between its quotes, and whether it contains a backslash. */
    record JsonString(String text, int start, int end, boolean escaped) implements Json {

        /** A string that is not part of a document. */
        public static JsonString of(String value) {
            return new JsonString(value, 0, value.length(), false);
        }

        /** The decoded string. */
        public String value() {
            return escaped ? JsonReader.unescape(text, start, end) : text.substring(start, end);
        }

        @Override
        public boolean isEmpty() {
            return start == end;
        }
    }

    /** A number, as written. */
    record JsonNumber(String text, int start, int end, boolean integer) implements Json {
        /** The number, as written. */
        public String value() {
            return text.substring(start, end);
        }
    }

    /** {@code true}, {@code false} or {@code null}. */
    enum JsonLiteral implements Json {
        TRUE("true"),
        FALSE("false"),
        NULL("null");

        private final String text;

        JsonLiteral(String text) {
            this.text = text;
        }

        /** As JSON writes it. */
        public String text() {
            return text;
        }

        @Override
        public boolean isEmpty() {
            return this == NULL;
        }
    }
}
