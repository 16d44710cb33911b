package io.eventdedup.event;

import java.util.BitSet;
import java.util.Map;

/**
 * What the earlier deliveries of a message in this process came to.
 *
 * @param settled the places of the events that are settled
 * @param failures how often an event without a claim, which would count them, has failed, by its place
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
