package io.eventdedup.key;

import java.nio.charset.StandardCharsets;

/**
 * The CRC-32 of a text in UTF-8, equal to {@link java.util.zip.CRC32}'s, as a value that can be extended: the CRC of a common
 * prefix is computed once.
 */
final class Crc {

    /** The CRC of the empty text. */
    static final int EMPTY = 0;

    private static final int POLYNOMIAL = 0xEDB88320;
    private static final int[] TABLE = table();

    private Crc() {}

    private static int[] table() {
        int[] table = new int[256];
        for (int i = 0; i < table.length; i++) {
            int c = i;
            for (int bit = 0; bit < 8; bit++) {
                c = (c & 1) == 0 ? c >>> 1 : POLYNOMIAL ^ c >>> 1;
            }
            table[i] = c;
        }
        return table;
    }

    /** Extends the CRC by one ASCII character. */
    static int append(int crc, char more) {
        return ~next(~crc, more);
    }

    /** Extends the CRC by a text. */
    static int append(int crc, String more) {
        int state = ~crc;
        for (byte b : more.getBytes(StandardCharsets.UTF_8)) {
            state = next(state, b);
        }
        return ~state;
    }

    private static int next(int state, int oneByte) {
        return TABLE[(state ^ oneByte) & 0xFF] ^ state >>> 8;
    }
}
