package io.eventdedup.local;

/**
 * Where the events went, and the promise that none is lost: what was received is what was forwarded, recognised as a
 * copy (dropped, or forwarded all the same and marked), taken out by a step, dead-lettered or still queued.
 */
public record Balance(long received, long forwarded, long duplicates, long observedCopies, long filtered, long deadLettered, long stillQueued) {

    public Balance {
        if (received < 0 || forwarded < 0 || duplicates < 0 || observedCopies < 0 || filtered < 0 || deadLettered < 0 || stillQueued < 0) {
            throw new IllegalArgumentException("a count of events cannot be negative");
        }
    }

    public boolean holds() {
        return unaccounted() == 0;
    }

    /** Events that went in and are nowhere to be found; negative when more came out than went in. */
    public long unaccounted() {
        return received - forwarded - duplicates - observedCopies - filtered - deadLettered - stillQueued;
    }
}
