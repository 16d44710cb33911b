package io.eventdedup.backtest;

import io.eventdedup.json.Json;
import io.eventdedup.json.Json.JsonObject;
import io.eventdedup.json.JsonException;
import io.eventdedup.json.JsonLines;
import io.eventdedup.json.JsonReader;
import io.eventdedup.key.EventSplitter;
import io.eventdedup.key.IncomingEvent;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPInputStream;

/**
 * Recorded message bodies: files of JSON Lines, plain or compressed by gzip, and standard input. A line is a body, or a
 * message as {@code aws sqs receive-message} prints it, with the body in {@code Body}. Read from the start as often as
 * asked.
 */
public final class Recording implements AutoCloseable {

    private static final int POSITION_BITS = 20;
    private static final int LINE_BITS = 32;

    /** Stands for a line that is not UTF-8: such a body is no event. */
    private static final String NO_JSON = "?";

    /** What a caller does with each body. */
    @FunctionalInterface
    public interface Reader {
        /** Takes one body; false ends the reading. */
        boolean read(Body body);
    }

    /** Hears how far the reading is. */
    @FunctionalInterface
    public interface Progress {
        /** Called for every line: how many bytes of the files are read, of how many. */
        void show(long done, long total);
    }

    /**
     * One body.
     *
     * @param arrived when the queue got it, or null if the recording does not say
     */
    public record Body(String text, Instant arrived, int file, long line) {

        /** Where one of its events is, as one number. */
        long location(int position) {
            return (long) file << LINE_BITS + POSITION_BITS
                    | (line & (1L << LINE_BITS) - 1) << POSITION_BITS
                    | Math.min(position, (1 << POSITION_BITS) - 1);
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

    /** Reads all bodies. Empty lines are passed over. */
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
        InputStream in = new BufferedInputStream(uncompressed(counter), 1 << 16);
        return JsonLines.read(in, (line, number) -> {
            progress.show(counter.count, total);
            String text = text(line);
            return text.isBlank() || reader.read(body(text, file, number));
        });
    }

    private static String text(byte[] line) {
        try {
            return JsonLines.text(line);
        } catch (CharacterCodingException e) {
            return NO_JSON;
        }
    }

    /** Tells a compressed file by its first two bytes (RFC 1952), whatever its name is. */
    private static InputStream uncompressed(InputStream file) throws IOException {
        InputStream in = new BufferedInputStream(file, 1 << 16);
        in.mark(2);
        boolean compressed = in.read() == 0x1f && in.read() == 0x8b;
        in.reset();
        return compressed ? new GZIPInputStream(in, 1 << 16) : in;
    }

    private static Body body(String line, int file, long number) {
        // most lines are events and need no parsing here
        if (line.contains("\"Body\"") && message(line) instanceof JsonObject message) {
            String body = message.getString("Body");
            if (body != null && message.get("detail-type") == null) {
                return new Body(body, sent(message), file, number);
            }
        }
        return new Body(line, null, file, number);
    }

    private static Json message(String line) {
        try {
            return new JsonReader(line).document();
        } catch (JsonException e) {
            return null;
        }
    }

    private static Instant sent(JsonObject message) {
        String sent = message.get("Attributes") instanceof JsonObject attributes
                ? attributes.getString("SentTimestamp")
                : null;
        try {
            return sent == null ? null : Instant.ofEpochMilli(Long.parseLong(sent));
        } catch (NumberFormatException | DateTimeException e) {
            return null;
        }
    }

    /** A place as a person looks it up: the file and the line. */
    String describe(long location) {
        long line = location >>> POSITION_BITS & (1L << LINE_BITS) - 1;
        return names.get((int) (location >>> LINE_BITS + POSITION_BITS)) + ":" + line;
    }

    /** The events at these places, by place. */
    Map<Long, String> texts(Set<Long> locations) throws IOException {
        Map<Long, String> found = new HashMap<>();
        EventSplitter splitter = new EventSplitter();
        Set<Long> lines = new HashSet<>();
        locations.forEach(location -> lines.add(location >>> POSITION_BITS));
        read(
                body -> {
                    if (lines.contains(body.location(0) >>> POSITION_BITS)) {
                        int position = 0;
                        for (IncomingEvent event : splitter.split(body.text())) {
                            long location = body.location(position++);
                            if (locations.contains(location)) {
                                found.put(location, event.text());
                            }
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

    /** Counts the bytes that are read. */
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
