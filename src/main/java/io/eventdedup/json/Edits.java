package io.eventdedup.json;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a rule changes in a value before it is hashed: members taken out, timestamps rounded. A tree like the JSON's. */
public final class Edits {

    /** Changes nothing. */
    public static final Edits NONE = new Edits();

    private final Map<String, Edits> inside = new HashMap<>();
    private boolean excluded;
    private Duration unit;

    /** The edits of one whole event; the pointers start at its envelope. */
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

    /** The edits of the value that a pointer finds. */
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

    /** Whether the value is taken out. */
    public boolean excluded() {
        return excluded;
    }

    /** Whether the value is rounded. */
    public boolean rounds() {
        return unit != null;
    }

    /** The value to the nearest multiple of the unit, if it is to be rounded and is a timestamp; else as it is. */
    public Json rounded(Json value) {
        return unit == null ? value : TimestampRounding.nearest(value, unit);
    }

    /** Whether a difference disappears by these edits. The first names of its pointer lead to the value edited here. */
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
