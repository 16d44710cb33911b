package io.eventdedup.route;

import java.util.HashSet;
import java.util.Set;

/** Bounds the number and length of names that come from events: keeps the first 20, and replaces all others by one. Not thread-safe. */
public final class BoundedNames {

    /** Stands for all names but the first 20. */
    public static final String OTHER = "other";

    private static final int MAX_NAMES = 20;
    private static final int MAX_LENGTH = 200;

    private final Set<String> known = new HashSet<>();

    /** The name, shortened by {@link #cut}, if it is one of the first 20; otherwise {@link #OTHER}. */
    public String of(String name) {
        String cut = cut(name);
        return known.contains(cut) || known.size() < MAX_NAMES && known.add(cut) ? cut : OTHER;
    }

    /** The first 200 characters of a name. */
    public static String cut(String name) {
        return name.length() <= MAX_LENGTH ? name : name.substring(0, MAX_LENGTH) + "…";
    }
}
