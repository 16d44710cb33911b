package io.eventdedup.aws;

import java.util.ArrayList;
import java.util.List;

/**
 * Counts the exchanges in flight, and how many of them wait to share a request.
 *
 * <p>The {@link Merger}s of a route share one instance. As soon as all exchanges in flight wait, none is left that could join, and all
 * open requests are sent. So a call that is alone in flight never waits.
 *
 * <p>Thread-safe. The instance is also the lock of its mergers; nothing is sent while the lock is held.
 */
public final class MergeGroup {

    private final List<Merger<?, ?>> mergers = new ArrayList<>();
    private boolean merging = true;
    private int working;
    private int waiting;

    /** Whether calls are merged; if not, every call is sent as a separate request. */
    public boolean isMerging() {
        return merging;
    }

    /** Set this before any call is made. */
    public void setMerging(boolean merging) {
        this.merging = merging;
    }

    /** One more exchange is in flight. */
    public synchronized void begin() {
        working++;
    }

    /** One exchange fewer is in flight; call this exactly once for each {@link #begin}. */
    public synchronized void end() {
        working--;
        leaveIfNobodyCanJoin();
    }

    synchronized int waitingCalls() {
        return waiting;
    }

    synchronized void add(Merger<?, ?> merger) {
        mergers.add(merger);
    }

    /** Call this with the lock held. */
    void callWaits() {
        waiting++;
        leaveIfNobodyCanJoin();
    }

    /** Call this with the lock held. */
    void callsSent(int calls) {
        waiting -= calls;
    }

    private void leaveIfNobodyCanJoin() {
        if (waiting > 0 && waiting >= working) {
            mergers.forEach(Merger::closeOpenRequest);
        }
    }
}
