package io.eventdedup.backtest;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Splits a recording into JSON values. There may be one value on each line, a value over several lines, or values one after the
 * other without line breaks; values may be elements of an array or of a list in an AWS response ({@code events},
 * {@code Messages}, {@code logEvents}), or follow a time and other text, as in log lines.
 *
 * <p>Only brackets and strings are checked, so a value need not be valid. After a broken value, reading continues at the next
 * line or object. Memory is bounded by {@link #MAX_LENGTH}, whatever the length of lines and lists.
 */
final class RecordedValues {

    /** Receives the values; returns false to stop reading. */
    @FunctionalInterface
    interface Reader {
        boolean read(Value value);
    }

    /**
     * One value, or a line of text found in its place.
     *
     * @param bytes the value in UTF-8
     * @param before the text before it on its line; empty if there is none
     * @param line the line where it begins, from 1
     */
    record Value(byte[] bytes, String before, long line) {}

    /** Longer values are cut off and are not events: SQS, EventBridge and CloudWatch Logs accept at most 1 MiB. */
    static final int MAX_LENGTH = 16 << 20;

    private static final int MAX_LENGTH_OF_TEXT = 4096;

    private static final Set<String> LISTS = Set.of("events", "Messages", "logEvents");

    private static final Pattern SCALAR = Pattern.compile("-?\\d[\\d.eE+-]*|true|false|null");

    private static final String SPACE = " \t\r\n";

    private final InputStream in;
    private final Reader reader;
    private final ByteArrayOutputStream value = new ByteArrayOutputStream();
    private final byte[] buffer = new byte[1 << 16];
    private int read;
    private int at;

    /** The next byte, or -1 at the end. */
    private int next;

    private long line = 1;
    private long lineOfValue;
    private boolean goesOn = true;

    private RecordedValues(InputStream in, Reader reader) throws IOException {
        this.in = in;
        this.reader = reader;
        advance();
    }

    /**
     * Reads all values.
     *
     * @return false if the reader stopped the reading
     */
    static boolean read(InputStream in, Reader reader) throws IOException {
        RecordedValues values = new RecordedValues(in, reader);
        while (values.goesOn && values.next >= 0) {
            values.readNext();
        }
        return values.goesOn;
    }

    /** Lists need no bookkeeping: brackets and commas between their elements are skipped. */
    private void readNext() throws IOException {
        value.reset();
        lineOfValue = line;
        if (next == '{') {
            readObject("");
        } else if (next == '"') {
            readString();
        } else if (SPACE.indexOf(next) >= 0 || "[],}".indexOf(next) >= 0) {
            advance();
        } else {
            readText();
        }
    }

    private void readObject(String before) throws IOException {
        BitSet arrays = new BitSet();
        int depth = 0;
        int last = 0;
        int name = 0;
        lineOfValue = line;
        do {
            if (next == '{' && depth > 0 && last != ':' && !(arrays.get(depth) && (last == '[' || last == ','))) {
                break; // no object may begin here, so the value is broken and the next one begins
            }
            if (next == '[' && depth == 1 && last == ':' && isList(name)) {
                return; // not a value, but a response that contains a list of values
            }
            if (next == '{' || next == '[') {
                arrays.set(++depth, next == '[');
            } else if (next == '}' || next == ']') {
                depth--;
            }
            if (SPACE.indexOf(next) < 0) {
                last = next;
            }
            if (next != '"') {
                take();
            } else {
                name = value.size();
                if (!takeString()) {
                    break;
                }
            }
        } while (depth > 0 && next >= 0 && value.size() < MAX_LENGTH);
        emit(before);
    }

    /** @param name where the name of the list begins, with only the colon after it */
    private boolean isList(int name) {
        byte[] bytes = value.toByteArray();
        String member = new String(bytes, name, bytes.length - name, StandardCharsets.UTF_8);
        return LISTS.contains(member.substring(1, member.lastIndexOf('"')));
    }

    /** Reads a body that is a JSON string, or skips another member of a response: its name and value. */
    private void readString() throws IOException {
        boolean complete = takeString();
        while (complete && (next == ' ' || next == '\t')) {
            advance();
        }
        if (next == ':') {
            skipMember();
        } else {
            emit("");
        }
    }

    private void skipMember() throws IOException {
        int depth = 0;
        advance();
        while (next >= 0 && (depth > 0 || next != ',' && next != '}')) {
            if (next == '"') {
                value.reset();
                takeString();
                continue;
            }
            depth += next == '{' || next == '[' ? 1 : next == '}' || next == ']' ? -1 : 0;
            advance();
        }
    }

    /** Reads the rest of the line, up to an object in it. */
    private void readText() throws IOException {
        while (next >= 0 && next != '{' && next != '\n') {
            if ((next == ',' || next == ']') && SCALAR.matcher(text()).matches()) {
                break;
            }
            if (value.size() < MAX_LENGTH_OF_TEXT) {
                value.write(next);
            }
            advance();
        }
        String text = text();
        if (next == '\n' && Recording.timeOf(text) != null) {
            advance(); // the object may follow on separate lines
        }
        if (next == '{') {
            value.reset();
            readObject(text);
        } else {
            emit("");
        }
    }

    private String text() {
        return value.toString(StandardCharsets.UTF_8).strip();
    }

    /** Returns false if the string does not end on its line. */
    private boolean takeString() throws IOException {
        boolean escaped = false;
        take();
        while (next >= 0 && next != '\n' && value.size() < MAX_LENGTH) {
            boolean end = next == '"' && !escaped;
            escaped = next == '\\' && !escaped;
            take();
            if (end) {
                return true;
            }
        }
        return false;
    }

    private void take() throws IOException {
        value.write(next);
        advance();
    }

    private void advance() throws IOException {
        line += next == '\n' ? 1 : 0;
        if (at == read) {
            read = in.read(buffer);
            at = 0;
        }
        next = read < 0 ? -1 : buffer[at++] & 0xFF;
    }

    private void emit(String before) {
        goesOn = reader.read(new Value(value.toByteArray(), before, lineOfValue));
    }
}
