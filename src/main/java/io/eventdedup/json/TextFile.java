package io.eventdedup.json;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Reads text files in UTF-8 or UTF-16, with or without a byte order mark (Unicode Standard, section 23.8), which is not part of
 * the text. Windows PowerShell writes UTF-16, and many editors write a mark.
 */
public final class TextFile {

    private static final byte[] MARK_OF_UTF8 = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    /** A file is neither UTF-8 nor UTF-16. The message names the byte and says what to do. */
    public static final class NotTextException extends CharacterCodingException {

        private static final long serialVersionUID = 1L;

        private final int line;
        private final String problem;

        private NotTextException(int line, String problem) {
            this.line = line;
            this.problem = problem;
        }

        /** The line that cannot be read, from 1. */
        public int line() {
            return line;
        }

        /** What was found, and what to do. */
        @Override
        public String getMessage() {
            return problem;
        }
    }

    private TextFile() {}

    /**
     * The text of a file.
     *
     * @throws NotTextException if it is neither UTF-8 nor UTF-16
     * @throws IOException if it cannot be read
     */
    public static String read(Path file) throws IOException {
        return text(Files.readAllBytes(file));
    }

    /**
     * The text of a file's bytes. No invalid byte is replaced, because a silently replaced character would change the key.
     *
     * @throws NotTextException if they are neither UTF-8 nor UTF-16
     */
    public static String text(byte[] bytes) throws NotTextException {
        Charset charset = charset(bytes);
        int start = markOfUtf8(bytes);
        ByteBuffer in = ByteBuffer.wrap(bytes, start, bytes.length - start);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        CharsetDecoder decoder = charset.newDecoder();
        CoderResult result = decoder.decode(in, out, true);
        out.flip();
        if (result.isError()) {
            int line = 1 + (int) out.chars().filter(c -> c == '\n').count();
            throw new NotTextException(
                    line,
                    "found the byte 0x%02X, which is not %s; save the file as UTF-8"
                            .formatted(in.get(), charset.name()));
        }
        return out.toString();
    }

    /**
     * A file's content as a stream of UTF-8. Bytes that are not valid UTF-8 are passed on unchanged.
     *
     * @throws IOException if the file cannot be read; reading also throws it if a file that looks like UTF-16 is not
     */
    public static InputStream utf8(InputStream file) throws IOException {
        InputStream in = new BufferedInputStream(file, 1 << 16);
        in.mark(MARK_OF_UTF8.length);
        byte[] start = in.readNBytes(MARK_OF_UTF8.length);
        in.reset();
        Charset charset = charset(start);
        if (charset.equals(StandardCharsets.UTF_8)) {
            in.skipNBytes(markOfUtf8(start));
            return in;
        }
        return new Utf8Stream(new InputStreamReader(in, charset.newDecoder()));
    }

    /** Decides by the mark or, without one, by a zero byte: the first characters are ASCII, so in UTF-16 half of each is zero. */
    private static Charset charset(byte[] bytes) {
        int first = bytes.length < 2 ? 1 : bytes[0] & 0xFF;
        int second = bytes.length < 2 ? 1 : bytes[1] & 0xFF;
        if (first == 0xFF && second == 0xFE || first == 0xFE && second == 0xFF) {
            return StandardCharsets.UTF_16;
        }
        if (first == 0 ^ second == 0) {
            return second == 0 ? StandardCharsets.UTF_16LE : StandardCharsets.UTF_16BE;
        }
        return StandardCharsets.UTF_8;
    }

    /** The length of the UTF-8 mark; 0 if there is none. */
    private static int markOfUtf8(byte[] bytes) {
        int length = MARK_OF_UTF8.length;
        return bytes.length >= length && Arrays.equals(bytes, 0, length, MARK_OF_UTF8, 0, length) ? length : 0;
    }

    /** Encodes characters as UTF-8. */
    private static final class Utf8Stream extends InputStream {

        private final BufferedReader characters;
        private ByteBuffer bytes = ByteBuffer.allocate(0);

        Utf8Stream(Reader characters) {
            this.characters = new BufferedReader(characters);
        }

        @Override
        public int read() throws IOException {
            if (!bytes.hasRemaining()) {
                int character = characters.read();
                if (character < 0) {
                    return -1;
                }
                String text = Character.isHighSurrogate((char) character)
                        ? new String(new char[] {(char) character, (char) characters.read()})
                        : Character.toString(character);
                bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            }
            return bytes.get() & 0xFF;
        }

        @Override
        public void close() throws IOException {
            characters.close();
        }
    }
}
