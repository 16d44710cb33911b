package io.eventdedup.claim;

import java.util.Arrays;

/**
 * What a row keeps of its event, to compare later duplicates with: at most some hundred bytes, so that the item stays below the 1 KB
 * of one write unit (AWS documentation, DynamoDB read and write operations). Immutable if nobody changes the array that it was made
 * from; compared by value.
 */
public final class Content {

    /** No content. */
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

    /** Whether there is no content. */
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
