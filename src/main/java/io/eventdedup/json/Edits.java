package io.eventdedup.json;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The changes that a rule makes to a value before hashing: removed members, rounded timestamps. A tree parallel to the JSON. */
public final class Edits {

    /** Changes nothing. */
    public static final Edits NONE = new Edits();

    private final Map<String, Edits> inside = new HashMap<>();
    private boolean excluded;
    private Duration unit;

    /** The edits of a whole event; the pointers start at its envelope. */
    public static Edits of(Iterable<JsonPointer> exclude, Map<JsonPointer, Duration> round) {
        Edits edits = new Edits();
        exclude.forEach(pointer -> edits.reach(pointer).excluded = true);
        round.forEach((pointer, unit) -> edits.reach(pointer).unit = unit);
        return edits;
    }

    private Edits reach(JsonPointer pointer) {
        Edits reached = this;
        for (String name : pointer.names()) {
            reached = reached.inside.computeIfAbsent(name, absent -> new Edits());
        }
        return reached;
    }

    /** The edits of the value at a pointer. */
    public Edits at(JsonPointer pointer) {
        Edits reached = this;
        for (String name : pointer.names()) {
            reached = reached.at(name);
        }
        return reached;
    }

    /** The edits of a member. */
    public Edits at(String name) {
        return inside.isEmpty() ? NONE : inside.getOrDefault(name, NONE);
    }

    /** The edits of an element. */
    public Edits at(int index) {
        return inside.isEmpty() ? NONE : at(Integer.toString(index));
    }

    /** Whether the value is removed. */
    public boolean excluded() {
        return excluded;
    }

    /** Whether the value is rounded. */
    public boolean rounds() {
        return unit != null;
    }

    /** The value rounded to the nearest multiple of the unit if it is a timestamp to round; else the value itself. */
    public Json rounded(Json value) {
        return unit == null ? value : TimestampRounding.nearest(value, unit);
    }

    /** Whether these edits remove a difference. The first {@code namesBefore} names of its pointer lead to the edited value. */
    public boolean hide(JsonDifference difference, int namesBefore) {
        Edits reached = this;
        List<String> names = difference.pointer().names();
        for (String name : names.subList(namesBefore, names.size())) {
            reached = reached.at(name);
            if (reached.excluded) {
                return true;
            }
        }
        return difference.left() != null
                && difference.right() != null
                && CanonicalJson.of(reached.rounded(difference.left()))
                        .equals(CanonicalJson.of(reached.rounded(difference.right())));
    }
}
