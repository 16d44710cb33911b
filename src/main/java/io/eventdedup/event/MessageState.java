package io.eventdedup.event;

import java.util.BitSet;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Where a message stands: how many events it holds and what became of each. A value.
 *
 * @param size how many events it holds; empty until it is split
 * @param settledEarlier the places of those that earlier deliveries of the message settled in this process
 * @param whole the message as a whole, which stands for its events if the route ended above the split
 * @param begun the events that were begun, by place
 */
record MessageState(
        Optional<Integer> size, BitSet settledEarlier, Optional<EventState> whole, Map<Integer, EventState> begun) {

    /** Whether no event that was begun has to be waited for. */
    boolean isAtRest() {
        return whole.stream().allMatch(EventState::isAtRest)
                && begun.values().stream().allMatch(EventState::isAtRest);
    }

    /** Whether an event comes again: it was returned, or never begun, because a stop or a step cut the split off. */
    boolean comesAgain() {
        return whole.stream().anyMatch(EventState::comesAgain)
                || begun.values().stream().anyMatch(EventState::comesAgain)
                || places().anyMatch(place -> !settledEarlier.get(place) && !begun.containsKey(place));
    }

    /** Whether the letter of an event is to be sent now; while another event comes again, its letter waits. */
    boolean mayLettersGo() {
        return isAtRest() && !comesAgain();
    }

    /** Whether each of its events, begun or not, has ended for good, so that the message may be deleted. */
    boolean isSettled() {
        return (size.isPresent() || whole.isPresent())
                && whole.stream().allMatch(EventState::isSettled)
                && begun.values().stream().allMatch(EventState::isSettled)
                && places().allMatch(place -> settledEarlier.get(place) || begun.containsKey(place));
    }

    private IntStream places() {
        return whole.isPresent() ? IntStream.empty() : IntStream.range(0, size.orElse(0));
    }
}
