package io.eventdedup.local;

import java.util.SortedMap;

/** What became of the events of a run, in events; the dead letters by reason. */
record Tally(
        long received,
        long forwarded,
        long duplicates,
        long observedCopies,
        long filtered,
        SortedMap<String, Long> deadLetters,
        long stillQueued) {

    long deadLettered() {
        return deadLetters.values().stream().mapToLong(Long::longValue).sum();
    }

    Balance balance() {
        return new Balance(received, forwarded, duplicates, observedCopies, filtered, deadLettered(), stillQueued);
    }
}
