package io.eventdedup.json;

import io.eventdedup.json.Json.JsonArray;
import io.eventdedup.json.Json.JsonLiteral;
import io.eventdedup.json.Json.JsonNumber;
import io.eventdedup.json.Json.JsonObject;
import io.eventdedup.json.Json.JsonString;
import io.eventdedup.json.Json.Member;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Reads JSON exactly as RFC 8259 defines it, in one pass over the text.
 *
 * <p>Accepts lone surrogates and numbers of any length, which are valid JSON. Rejects values nested deeper than
 * {@value #MAX_DEPTH}, which bounds the recursion.
 */
public final class JsonReader {

    /** The maximum nesting depth of a value. */
    public static final int MAX_DEPTH = 500;

    private final String text;
    private final int length;
    private int at;

    /** Where the current value begins; positions in messages count from here. */
    private int origin;

    /** A reader for one pass over the text. */
    public JsonReader(String text) {
        this.text = text;
        this.length = text.length();
    }

    /** Reads the whole text as one value. */
    public Json document() throws JsonException {
        Json value = value(0);
        expectEnd();
        return value;
    }

    /** Whether the next value, if it is valid JSON, is an array. */
    public boolean startsArray() {
        return startsWith('[');
    }

    /** Whether the next value, if it is valid JSON, is an object. */
    public boolean startsObject() {
        return startsWith('{');
    }

    private boolean startsWith(char c) {
        skipWhitespace();
        return at < length && text.charAt(at) == c;
    }

    /** Whether nothing but whitespace is left. */
    public boolean atEnd() {
        skipWhitespace();
        return at == length;
    }

    /** How many characters have been read, including whitespace before the next value. */
    public int position() {
        skipWhitespace();
        return at;
    }

    /** One of several values and its position; the value is null if it is nested too deep. */
    public record Element(int start, int end, Json value) {}

    /**
     * Reads the next value, which must be an object; another value may follow.
     *
     * @throws JsonException if it is not; its message counts from where the object should begin
     */
    public Element nextObject() throws JsonException {
        skipWhitespace();
        origin = at;
        if (!startsObject()) {
            throw invalid();
        }
        return element(true);
    }

    /** Reads the next value, which must be the last. */
    public Element last() throws JsonException {
        Element element = element(true);
        expectEnd();
        return element;
    }

    /** Reads the elements of the next value, an array, each with its own depth limit; another value may follow. */
    public List<Element> elements() throws JsonException {
        List<Element> elements = new ArrayList<>();
        skipWhitespace();
        origin = at;
        expect('[');
        skipWhitespace();
        if (!passed(']')) {
            do {
                skipWhitespace();
                elements.add(element(false));
                skipWhitespace();
            } while (passed(','));
            expect(']');
        }
        return elements;
    }

    /** @param tooDeepOrBroken whether a value that is both nested too deep and broken is rejected as nested too deep */
    private Element element(boolean tooDeepOrBroken) throws JsonException {
        int start = at;
        try {
            Json value = value(0);
            return new Element(start, at, value);
        } catch (JsonException e) {
            if (!e.isTooDeep()) {
                throw e;
            }
            at = start;
            try {
                skipValue();
            } catch (JsonException broken) {
                throw tooDeepOrBroken ? e : broken;
            }
            return new Element(start, at, null);
        }
    }

    private Json value(int depth) throws JsonException {
        skipWhitespace();
        char c = at < length ? text.charAt(at) : 0;
        return switch (c) {
            case '{' -> object(depth + 1);
            case '[' -> array(depth + 1);
            default -> scalar(c);
        };
    }

    private Json scalar(char first) throws JsonException {
        return switch (first) {
            case '"' -> string();
            case 't' -> literal(JsonLiteral.TRUE);
            case 'f' -> literal(JsonLiteral.FALSE);
            case 'n' -> literal(JsonLiteral.NULL);
            default -> number();
        };
    }

    private JsonObject object(int depth) throws JsonException {
        checkDepth(depth);
        int start = at++;
        List<Member> members = new ArrayList<>();
        skipWhitespace();
        if (!passed('}')) {
            do {
                String name = name();
                members.add(new Member(name, value(depth)));
                skipWhitespace();
            } while (passed(','));
            expect('}');
        }
        return new JsonObject(start, at, members);
    }

    private JsonArray array(int depth) throws JsonException {
        checkDepth(depth);
        int start = at++;
        List<Json> elements = new ArrayList<>();
        skipWhitespace();
        if (!passed(']')) {
            do {
                elements.add(value(depth));
                skipWhitespace();
            } while (passed(','));
            expect(']');
        }
        return new JsonArray(start, at, elements);
    }

    private static void checkDepth(int depth) throws JsonException {
        if (depth > MAX_DEPTH) {
            throw JsonException.tooDeep();
        }
    }

    private String name() throws JsonException {
        skipWhitespace();
        if (at >= length || text.charAt(at) != '"') {
            throw invalid();
        }
        String name = string().value();
        skipWhitespace();
        expect(':');
        return name;
    }

    private JsonString string() throws JsonException {
        int start = ++at;
        boolean escaped = false;
        while (at < length) {
            char c = text.charAt(at);
            if (c == '"') {
                return new JsonString(text, start, at++, escaped);
            }
            if (c < ' ') {
                throw invalid();
            }
            at++;
            if (c == '\\') {
                escaped = true;
                escape();
            }
        }
        throw invalid();
    }

    private void escape() throws JsonException {
        char c = at < length ? text.charAt(at) : 0;
        at++;
        if (c == 'u') {
            for (int i = 0; i < 4; i++) {
                if (at >= length || hexDigit(text.charAt(at)) < 0) {
                    throw invalid();
                }
                at++;
            }
        } else if ("\"\\/bfnrt".indexOf(c) < 0) {
            at--;
            throw invalid();
        }
    }

    private static int hexDigit(char c) {
        return c < 128 ? Character.digit(c, 16) : -1;
    }

    /** Decodes a string whose escapes {@link #string} has checked. */
    static String unescape(String text, int start, int end) {
        StringBuilder value = new StringBuilder(end - start);
        int i = start;
        while (i < end) {
            int backslash = text.indexOf('\\', i);
            if (backslash < 0 || backslash >= end) {
                value.append(text, i, end);
                break;
            }
            value.append(text, i, backslash);
            char c = text.charAt(backslash + 1);
            i = backslash + 2;
            switch (c) {
                case 'b' -> value.append('\b');
                case 'f' -> value.append('\f');
                case 'n' -> value.append('\n');
                case 'r' -> value.append('\r');
                case 't' -> value.append('\t');
                case 'u' -> {
                    value.append((char) Integer.parseInt(text, i, i + 4, 16));
                    i += 4;
                }
                default -> value.append(c);
            }
        }
        return value.toString();
    }

    private JsonLiteral literal(JsonLiteral literal) throws JsonException {
        if (!text.startsWith(literal.text(), at)) {
            throw invalid();
        }
        at += literal.text().length();
        return literal;
    }

    private JsonNumber number() throws JsonException {
        int start = at;
        boolean integer = true;
        passed('-');
        if (!passed('0')) {
            digits();
        }
        if (passed('.')) {
            integer = false;
            digits();
        }
        if (passed('e') || passed('E')) {
            integer = false;
            if (!passed('+')) {
                passed('-');
            }
            digits();
        }
        return new JsonNumber(text, start, at, integer);
    }

    private void digits() throws JsonException {
        int start = at;
        while (at < length && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        if (at == start) {
            throw invalid();
        }
    }

    /** Skips and checks one value of any depth, without recursion. */
    private void skipValue() throws JsonException {
        BitSet objects = new BitSet();
        int depth = 0;
        do {
            skipWhitespace();
            char c = at < length ? text.charAt(at) : 0;
            boolean ended = true;
            if (c == '{' || c == '[') {
                at++;
                objects.set(++depth, c == '{');
                skipWhitespace();
                ended = at < length && text.charAt(at) == (c == '{' ? '}' : ']');
                if (!ended && c == '{') {
                    name();
                }
            } else {
                scalar(c);
            }
            while (ended && depth > 0) {
                skipWhitespace();
                if (passed(',')) {
                    if (objects.get(depth)) {
                        name();
                    }
                    ended = false;
                } else {
                    expect(objects.get(depth) ? '}' : ']');
                    depth--;
                }
            }
        } while (depth > 0);
    }

    private void skipWhitespace() {
        while (at < length) {
            char c = text.charAt(at);
            if (c != ' ' && c != '\n' && c != '\r' && c != '\t') {
                return;
            }
            at++;
        }
    }

    private boolean passed(char c) {
        if (at < length && text.charAt(at) == c) {
            at++;
            return true;
        }
        return false;
    }

    private void expect(char c) throws JsonException {
        if (!passed(c)) {
            throw invalid();
        }
    }

    private void expectEnd() throws JsonException {
        skipWhitespace();
        if (at < length) {
            throw invalid();
        }
    }

    private JsonException invalid() {
        return JsonException.invalid(
                at,
                at >= length
                        ? "the JSON ends too early, after " + (length - origin) + " characters"
                        : "not JSON at character " + (at - origin + 1));
    }
}
