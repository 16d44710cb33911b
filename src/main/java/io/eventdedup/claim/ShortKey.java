package io.eventdedup.claim;

/** A key as logs and tables show it: enough to find it by, and no whole key in a log. */
public final class ShortKey {

    private static final int LENGTH = 8;

    private ShortKey() {}

    /** The key's first characters. */
    public static String of(String key) {
        return key.length() <= LENGTH ? key : key.substring(0, LENGTH);
    }
}
