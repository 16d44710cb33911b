package io.eventdedup.claim;

/**
 * Whether most recent claims met a row, as when an archive is replayed or a second integration sends everything again. Then it
 * is cheaper to read first: a copy costs a read unit instead of a write unit and a read unit, and a new event costs a read unit
 * more; a write unit costs five times as much as a read unit (DynamoDB's on-demand prices). Thread-safe.
 */
public final class RecentRefusals {

    /** The last claims that count, about. */
    private static final double MEMORY = 50;

    private double share;

    /** None yet. */
    public RecentRefusals() {}

    /** A claim was the first to ask for its key, or met a row. */
    synchronized void note(boolean refused) {
        share += ((refused ? 1 : 0) - share) / MEMORY;
    }

    synchronized boolean areMostClaims() {
        return share > 0.5;
    }
}
