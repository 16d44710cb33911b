package io.eventdedup.event;

import java.util.BitSet;
import java.util.Map;

/**
 * What became of the events of a message in its earlier deliveries to this process.
 *
 * @param settled the places of the settled events
 * @param failures how often events without a claim have failed, by place; a claim counts its failures itself
 */
record History(BitSet settled, Map<Integer, Integer> failures) {

    static final History NONE = new History(new BitSet(), Map.of());

    boolean isEmpty() {
        return settled.isEmpty() && failures.isEmpty();
    }

    int failures(int place) {
        return failures.getOrDefault(place, 0);
    }
}
