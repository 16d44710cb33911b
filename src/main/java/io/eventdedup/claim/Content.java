package io.eventdedup.claim;

import java.util.Arrays;

/**
 * What the work on a key leaves in its row for the duplicates to come: at most some hundred bytes, so that an item stays below the
 * 1 KB of one write unit. Immutable as long as nobody changes the array that it was made of; compared by value.
 */
public final class Content {

    /** Nothing. */
    public static final Content NONE = new Content(new byte[0]);

    private final byte[] bytes;

    private Content(byte[] bytes) {
        this.bytes = bytes;
    }

    /** These bytes, not copied. */
    public static Content of(byte[] bytes) {
        return bytes.length == 0 ? NONE : new Content(bytes);
    }

    /** The bytes, not copied. */
    public byte[] bytes() {
        return bytes;
    }

    /** Whether there is nothing. */
    public boolean isEmpty() {
        return bytes.length == 0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Content content && Arrays.equals(bytes, content.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return bytes.length + " bytes";
    }
}
