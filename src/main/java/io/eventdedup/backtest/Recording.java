package io.eventdedup.backtest;

import io.eventdedup.json.Json;
import io.eventdedup.json.Json.JsonNumber;
import io.eventdedup.json.Json.JsonObject;
import io.eventdedup.json.Json.JsonString;
import io.eventdedup.json.JsonException;
import io.eventdedup.json.JsonReader;
import io.eventdedup.json.TextFile;
import io.eventdedup.key.EventSplitter;
import io.eventdedup.key.IncomingEvent;
import io.eventdedup.key.UnusableEvent;
import io.eventdedup.key.UnusableReason;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/**
 * Recorded traffic: files, plain or compressed with gzip, and standard input. They contain message bodies, or the output of AWS
 * and its command line: messages as {@code aws sqs receive-message} prints them, with the body in {@code Body}; CloudWatch Logs
 * events, as JSON with the body in {@code message} or as log lines; one after the other or in lists, as {@link RecordedValues}
 * finds them. Can be read any number of times.
 */
public final class Recording implements AutoCloseable {

    private static final int POSITION_BITS = 20;
    private static final int LINE_BITS = 32;

    /** The time at the start of a log line; {@code aws logs tail --format short} leaves out that it is UTC. */
    private static final Pattern LOG_TIME =
            Pattern.compile("(\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?)(Z|[+-]\\d\\d:\\d\\d)?(?!\\S).*");

    /** Receives the bodies. */
    @FunctionalInterface
    public interface Reader {
        /** Takes one body; false ends the reading. */
        boolean read(Body body);
    }

    /** Receives the progress of the reading. */
    @FunctionalInterface
    public interface Progress {
        /** Called for every body with the number of bytes read so far and in total. */
        void show(long done, long total);
    }

    /**
     * One body.
     *
     * @param events the events in it, at least one
     * @param arrived when the queue or log received it, or null if the recording does not say
     * @param file the number of its file, from 0
     * @param line the line where it begins, from 1
     * @param position how many earlier events began on the same line
     */
    public record Body(List<IncomingEvent> events, Instant arrived, int file, long line, int position) {

        /** The location of one of its events, as a number. */
        long location(int event) {
            return (long) file << LINE_BITS + POSITION_BITS
                    | (line & (1L << LINE_BITS) - 1) << POSITION_BITS
                    | Math.min(position + event, (1 << POSITION_BITS) - 1);
        }
    }

    private final List<Path> files;
    private final List<String> names;
    private final Path spool;

    private Recording(List<Path> files, List<String> names, Path spool) {
        this.files = files;
        this.names = names;
        this.spool = spool;
    }

    /**
     * A recording in files.
     *
     * @param files {@code -} stands for standard input, which is kept in a temporary file until {@link #close}
     */
    public static Recording of(List<Path> files, InputStream input) throws IOException {
        Path standardInput = Path.of("-");
        if (!files.contains(standardInput)) {
            return new Recording(files, files.stream().map(Path::toString).toList(), null);
        }
        Path spool = Files.createTempFile("event-dedup-backtest", ".jsonl");
        try (OutputStream out = Files.newOutputStream(spool)) {
            input.transferTo(out);
        }
        return new Recording(
                files.stream()
                        .map(file -> file.equals(standardInput) ? spool : file)
                        .toList(),
                files.stream().map(Path::toString).toList(),
                spool);
    }

    /** Reads all bodies. */
    public void read(Reader reader, Progress progress) throws IOException {
        long total = 0;
        for (Path file : files) {
            total += Files.size(file);
        }
        long done = 0;
        for (int i = 0; i < files.size(); i++) {
            try (Counter counter = new Counter(Files.newInputStream(files.get(i)), done)) {
                if (!read(counter, i, total, reader, progress)) {
                    return;
                }
                done = counter.count;
            }
        }
    }

    private static boolean read(Counter counter, int file, long total, Reader reader, Progress progress)
            throws IOException {
        EventSplitter splitter = new EventSplitter();
        AtomicReference<Body> before = new AtomicReference<>(new Body(List.of(), null, file, 0, 0));
        return RecordedValues.read(TextFile.utf8(uncompressed(counter)), value -> {
            progress.show(counter.count, total);
            Body last = before.get();
            int position = last.line() == value.line()
                    ? last.position() + last.events().size()
                    : 0;
            Body body = body(value, splitter, file, position);
            before.set(body);
            return reader.read(body);
        });
    }

    /** The events in one line of a recording; none if the line is empty. */
    public static List<IncomingEvent> eventsIn(byte[] line) throws IOException {
        EventSplitter splitter = new EventSplitter();
        List<IncomingEvent> events = new ArrayList<>();
        RecordedValues.read(
                new ByteArrayInputStream(line),
                value -> events.addAll(body(value, splitter, 0, 0).events()));
        return events;
    }

    /** Detects gzip by the first two bytes (RFC 1952), whatever the file's name. */
    private static InputStream uncompressed(InputStream file) throws IOException {
        InputStream in = new BufferedInputStream(file, 1 << 16);
        in.mark(2);
        boolean compressed = in.read() == 0x1f && in.read() == 0x8b;
        in.reset();
        return compressed ? new GZIPInputStream(in, 1 << 16) : in;
    }

    private static Body body(RecordedValues.Value value, EventSplitter splitter, int file, int position) {
        String text;
        try {
            text = TextFile.text(value.bytes());
        } catch (TextFile.NotTextException e) {
            IncomingEvent none = new UnusableEvent("", "", true, UnusableReason.INVALID_JSON, e.getMessage());
            return new Body(List.of(none), null, file, value.line(), position);
        }
        Wrapped wrapped = wrapped(text);
        Instant arrived = wrapped.arrived() == null ? timeOf(value.before()) : wrapped.arrived();
        return new Body(splitter.split(wrapped.body()), arrived, file, value.line(), position);
    }

    /** A body, and when it arrived, if known. */
    private record Wrapped(String body, Instant arrived) {}

    private static Wrapped wrapped(String text) {
        // avoids parsing here, because most values are events
        boolean mayBeWrapped = text.startsWith("\"") || text.contains("\"Body\"") || text.contains("\"message\"");
        if (mayBeWrapped && !text.contains("\"detail-type\"")) {
            Json value = parsed(text);
            if (value instanceof JsonString string) {
                return new Wrapped(string.value(), null);
            }
            if (value instanceof JsonObject object && object.getString("Body") != null) {
                return new Wrapped(object.getString("Body"), sent(object));
            }
            if (value instanceof JsonObject object
                    && object.getString("message") != null
                    && object.get("timestamp") instanceof JsonNumber logged) {
                return new Wrapped(withoutPrefix(object.getString("message")), milliseconds(logged.value()));
            }
        }
        return new Wrapped(text, null);
    }

    /** Removes the level and time that programs often log before the event. */
    private static String withoutPrefix(String message) {
        return message.startsWith("[{") ? message : message.substring(Math.max(message.indexOf('{'), 0));
    }

    private static Json parsed(String text) {
        try {
            return new JsonReader(text).document();
        } catch (JsonException e) {
            return null;
        }
    }

    private static Instant sent(JsonObject message) {
        return message.get("Attributes") instanceof JsonObject attributes
                ? milliseconds(attributes.getString("SentTimestamp"))
                : null;
    }

    private static Instant milliseconds(String number) {
        try {
            return number == null ? null : Instant.ofEpochMilli(Long.parseLong(number));
        } catch (NumberFormatException | DateTimeException e) {
            return null;
        }
    }

    /** The time at the start of a log line; null if there is none. */
    static Instant timeOf(String text) {
        Matcher time = LOG_TIME.matcher(text);
        try {
            return time.matches()
                    ? OffsetDateTime.parse(time.group(1) + (time.group(2) == null ? "Z" : time.group(2)))
                            .toInstant()
                    : null;
        } catch (DateTimeException e) {
            return null;
        }
    }

    /** A location for people: file and line. */
    String describe(long location) {
        long line = location >>> POSITION_BITS & (1L << LINE_BITS) - 1;
        return names.get((int) (location >>> LINE_BITS + POSITION_BITS)) + ":" + line;
    }

    /** The events at these locations, by location. */
    Map<Long, String> texts(Set<Long> locations) throws IOException {
        Map<Long, String> found = new HashMap<>();
        read(
                body -> {
                    for (int i = 0; i < body.events().size(); i++) {
                        if (locations.contains(body.location(i))) {
                            found.putIfAbsent(
                                    body.location(i), body.events().get(i).text());
                        }
                    }
                    return found.size() < locations.size();
                },
                (done, total) -> {});
        return found;
    }

    @Override
    public void close() throws IOException {
        if (spool != null) {
            Files.deleteIfExists(spool);
        }
    }

    /** Counts the bytes read. */
    private static final class Counter extends FilterInputStream {

        private long count;

        Counter(InputStream in, long count) {
            super(in);
            this.count = count;
        }

        @Override
        public int read() throws IOException {
            int b = super.read();
            count += b < 0 ? 0 : 1;
            return b;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int read = super.read(buffer, offset, length);
            count += Math.max(read, 0);
            return read;
        }
    }
}
