package io.eventdedup.event;

import java.util.BitSet;
import java.util.Map;

/**
 * What this process remembers of the earlier deliveries of a message.
 *
 * @param settled the places of the settled events
 * @param failures how often events without a claim have failed, by place; failures of events with a claim are counted in the table
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
