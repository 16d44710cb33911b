package io.eventdedup.json;

import io.eventdedup.json.Json.JsonArray;
import io.eventdedup.json.Json.JsonLiteral;
import io.eventdedup.json.Json.JsonNumber;
import io.eventdedup.json.Json.JsonObject;
import io.eventdedup.json.Json.JsonString;
import io.eventdedup.json.Json.Member;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;

/**
 * The canonical form of JSON, which is hashed: byte for byte what Python's {@code json.dumps(value, sort_keys=True)} prints for
 * the parsed text, so that a Python program that uses the same table computes the same keys.
 *
 * <ul>
 *   <li>{@code ", "} and {@code ": "} between members and elements;
 *   <li>names sorted by code point (not by UTF-16 unit); only the last value of a repeated name;
 *   <li>all characters except printable ASCII escaped, those beyond U+FFFF as two surrogates; lone surrogates are kept;
 *   <li>integers of any size digit by digit (by default Python 3.11 and later rejects more than 4300 digits), {@code -0} as
 *       {@code 0};
 *   <li>other numbers as in {@link PythonFloat}, so 1e400 becomes {@code Infinity}.
 * </ul>
 */
public final class CanonicalJson {

    private static final HexFormat HEX = HexFormat.of();

    /** Compares names by code point. */
    static final Comparator<String> BY_CODE_POINT = CanonicalJson::compareCodePoints;

    private static final Comparator<Member> BY_NAME = Comparator.comparing(Member::name, BY_CODE_POINT);

    private CanonicalJson() {}

    /** The canonical text of a value. */
    public static String of(Json value) {
        StringBuilder out = new StringBuilder();
        write(value, Edits.NONE, out);
        return out.toString();
    }

    /** Appends the canonical text of the value after the edits. */
    public static void write(Json original, Edits edits, StringBuilder out) {
        Json value = edits.rounded(original);
        if (value instanceof JsonString string) {
            writeString(string, out);
        } else if (value instanceof JsonNumber number) {
            writeNumber(number, out);
        } else if (value instanceof JsonLiteral literal) {
            out.append(literal.text());
        } else if (value instanceof JsonObject object) {
            writeObject(object, edits, out);
        } else if (value instanceof JsonArray array) {
            writeArray(array, edits, out);
        }
    }

    private static void writeObject(JsonObject object, Edits edits, StringBuilder out) {
        Member[] members = object.members().toArray(Member[]::new);
        Arrays.sort(members, BY_NAME);
        out.append('{');
        String separator = "";
        for (int i = 0; i < members.length; i++) {
            String name = members[i].name();
            boolean repeated = i + 1 < members.length && members[i + 1].name().equals(name);
            Edits inside = edits.at(name);
            if (!repeated && !inside.excluded()) {
                out.append(separator);
                separator = ", ";
                writeCharacters(name, 0, name.length(), out);
                out.append(": ");
                write(members[i].value(), inside, out);
            }
        }
        out.append('}');
    }

    private static void writeArray(JsonArray array, Edits edits, StringBuilder out) {
        List<Json> elements = array.elements();
        out.append('[');
        String separator = "";
        for (int i = 0; i < elements.size(); i++) {
            Edits inside = edits.at(i);
            if (!inside.excluded()) {
                out.append(separator);
                separator = ", ";
                write(elements.get(i), inside, out);
            }
        }
        out.append(']');
    }

    private static void writeNumber(JsonNumber number, StringBuilder out) {
        String text = number.value();
        if (!number.integer()) {
            out.append(PythonFloat.canonical(text));
        } else {
            out.append(text.equals("-0") ? "0" : text);
        }
    }

    private static void writeString(JsonString string, StringBuilder out) {
        if (string.escaped()) {
            String value = string.value();
            writeCharacters(value, 0, value.length(), out);
        } else {
            writeCharacters(string.text(), string.start(), string.end(), out);
        }
    }

    private static void writeCharacters(String text, int start, int end, StringBuilder out) {
        out.append('"');
        int written = start;
        for (int i = start; i < end; i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~' || c == '"' || c == '\\') {
                out.append(text, written, i);
                writeEscape(c, out);
                written = i + 1;
            }
        }
        out.append(text, written, end).append('"');
    }

    private static void writeEscape(char c, StringBuilder out) {
        switch (c) {
            case '"', '\\' -> out.append('\\').append(c);
            case '\b' -> out.append("\\b");
            case '\f' -> out.append("\\f");
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            default -> out.append("\\u").append(HEX.toHexDigits(c));
        }
    }

    private static int compareCodePoints(String a, String b) {
        int shorter = Math.min(a.length(), b.length());
        for (int i = 0; i < shorter; i++) {
            if (a.charAt(i) != b.charAt(i)) {
                int from = i > 0 && Character.isHighSurrogate(a.charAt(i - 1)) ? i - 1 : i;
                int order = Integer.compare(a.codePointAt(from), b.codePointAt(from));
                return order != 0 ? order : Integer.compare(a.codePointAt(i), b.codePointAt(i));
            }
        }
        return Integer.compare(a.length(), b.length());
    }
}
