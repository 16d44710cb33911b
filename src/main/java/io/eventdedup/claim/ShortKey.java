package io.eventdedup.claim;

/** Shortens a key for logs and reports: enough to find it by. */
public final class ShortKey {

    private static final int LENGTH = 8;

    private ShortKey() {}

    /** The key's first characters. */
    public static String of(String key) {
        return key.length() <= LENGTH ? key : key.substring(0, LENGTH);
    }
}
