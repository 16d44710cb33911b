package io.eventdedup.json;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Files of one JSON text a line, as bytes. */
public final class JsonLines {

    /** Takes one line. */
    @FunctionalInterface
    public interface Reader {
        /**
         * Takes the line without its end, which may be empty; false ends the reading.
         *
         * @param number its number, from 1
         */
        boolean read(byte[] line, long number);
    }

    private JsonLines() {}

    /**
     * Reads all lines; the last may lack its end.
     *
     * @param in best buffered, since it is read byte by byte
     * @return false if the reader has ended the reading
     */
    public static boolean read(InputStream in, Reader reader) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        long number = 1;
        for (int b = in.read(); b >= 0 || line.size() > 0; b = in.read()) {
            if (b >= 0 && b != '\n') {
                line.write(b);
                continue;
            }
            byte[] complete = line.toByteArray();
            line.reset();
            if (!reader.read(complete, number++)) {
                return false;
            }
        }
        return true;
    }

    /**
     * The text of bytes in UTF-8. A character that is replaced in silence would make another key.
     *
     * @throws CharacterCodingException if they are not UTF-8
     */
    public static String text(byte[] bytes) throws CharacterCodingException {
        return StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes))
                .toString();
    }
}
