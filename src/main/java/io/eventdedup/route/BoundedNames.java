package io.eventdedup.route;

import java.util.HashSet;
import java.util.Set;

/** Names that come from events, bounded in number and length: the first 20, all others as one. Not thread-safe. */
public final class BoundedNames {

    /** Stands for all names but the first 20. */
    public static final String OTHER = "other";

    private static final int MAX_NAMES = 20;
    private static final int MAX_LENGTH = 200;

    private final Set<String> known = new HashSet<>();

    /** The name, cut as {@link #cut} does, if it is one of the first, else {@link #OTHER}. */
    public String of(String name) {
        String cut = cut(name);
        return known.contains(cut) || known.size() < MAX_NAMES && known.add(cut) ? cut : OTHER;
    }

    /** The first 200 characters of a name. */
    public static String cut(String name) {
        return name.length() <= MAX_LENGTH ? name : name.substring(0, MAX_LENGTH) + "…";
    }
}
