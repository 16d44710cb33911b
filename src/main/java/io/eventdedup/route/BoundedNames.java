package io.eventdedup.route;

import java.util.HashSet;
import java.util.Set;

/** Names that come from events, bounded: the first 20 as they are, all others as one. Not thread-safe. */
public final class BoundedNames {

    /** Stands for all names but the first 20. */
    public static final String OTHER = "other";

    private static final int MOST = 20;

    private final Set<String> known = new HashSet<>();

    /** The name itself if it is one of the first, else {@link #OTHER}. */
    public String of(String name) {
        return known.contains(name) || known.size() < MOST && known.add(name) ? name : OTHER;
    }
}
