package io.eventdedup.backtest;

import io.eventdedup.json.JsonPointer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One place in an event. The places form two trees, one for Genesys events and one for all others, so that a pointer is created
 * once and not for each event.
 */
final class Field {

    /** With this many places, a new place counts as its parent: names that are new in each event must not fill the memory. */
    private static final int MOST = 50_000;

    private final List<Field> all;
    private final boolean genesys;
    private final Map<String, Field> inside = new HashMap<>();
    final int number;
    final JsonPointer pointer;
    final FieldKind kind;

    private Field(List<Field> all, boolean genesys, JsonPointer pointer) {
        this.all = all;
        this.genesys = genesys;
        this.pointer = pointer;
        this.kind = pointer.names().isEmpty() ? FieldKind.CONTENT : FieldKind.of(genesys, pointer.names());
        this.number = all.size();
        all.add(this);
    }

    /**
     * The whole event, the root of a tree.
     *
     * @param all the list to which this place and all places within it are added, each at its number
     */
    static Field root(List<Field> all, boolean genesys) {
        return new Field(all, genesys, JsonPointer.ROOT);
    }

    /** The place with this name within this one. */
    Field to(String name) {
        Field field = inside.get(name);
        if (field == null) {
            if (all.size() >= MOST) {
                return this;
            }
            field = new Field(all, genesys, pointer.to(name));
            inside.put(name, field);
        }
        return field;
    }

    @Override
    public String toString() {
        return pointer.text();
    }
}
