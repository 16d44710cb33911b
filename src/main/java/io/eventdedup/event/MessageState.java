package io.eventdedup.event;

import java.util.BitSet;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The state of a message: how many events it contains, and the state of each. Immutable.
 *
 * @param size how many events it contains; empty until it is split
 * @param settledEarlier the places of the events that earlier deliveries to this process have settled
 * @param whole the message as a whole, which stands for its events if the route ended before the split
 * @param begun the events that have begun, by place
 */
record MessageState(
        Optional<Integer> size, BitSet settledEarlier, Optional<EventState> whole, Map<Integer, EventState> begun) {

    /** Whether all events that have begun have ended or wait for their dead letters to be sent. */
    boolean isAtRest() {
        return whole.stream().allMatch(EventState::isAtRest)
                && begun.values().stream().allMatch(EventState::isAtRest);
    }

    /** Whether an event comes again: it was returned, or never began because a shutdown or a step ended the split early. */
    boolean comesAgain() {
        return whole.stream().anyMatch(EventState::comesAgain)
                || begun.values().stream().anyMatch(EventState::comesAgain)
                || places().anyMatch(place -> !settledEarlier.get(place) && !begun.containsKey(place));
    }

    /** Whether dead letters may be sent now: not while another event of the message comes again. */
    boolean mayLettersGo() {
        return isAtRest() && !comesAgain();
    }

    /** Whether all events, begun or not, are settled, so that the message may be deleted. */
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
