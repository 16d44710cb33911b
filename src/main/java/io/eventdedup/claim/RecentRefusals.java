package io.eventdedup.claim;

/**
 * Whether most recent claims found a row, for example because an archive is replayed or a second integration sends the same events.
 * Then it is cheaper to read first: a duplicate costs one read unit instead of one write unit and one read unit, and a new event costs
 * one more read unit. A write unit costs five times as much as a read unit (Amazon DynamoDB pricing, on-demand). Thread-safe.
 */
public final class RecentRefusals {

    /** About how many of the last claims count. */
    private static final double MEMORY = 50;

    private double share;

    /** Without any claims yet. */
    public RecentRefusals() {}

    /** Counts a claim. */
    synchronized void note(boolean refused) {
        share += ((refused ? 1 : 0) - share) / MEMORY;
    }

    synchronized boolean areMostClaims() {
        return share > 0.5;
    }
}
