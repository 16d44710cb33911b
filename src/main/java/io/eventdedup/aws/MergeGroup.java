package io.eventdedup.aws;

import java.util.ArrayList;
import java.util.List;

/**
 * Who is in flight, and who of them waits for others to share a request with.
 *
 * <p>The {@link Merger}s of one route share one instance. As soon as everybody in flight waits, nobody is left who could
 * join, and all open requests leave. So a call that is alone in flight never waits.
 *
 * <p>Safe for concurrent use. The instance is also the lock of all its mergers; nothing is sent while it is held.
 */
public final class MergeGroup {

    private final List<Merger<?, ?>> mergers = new ArrayList<>();
    private boolean merging = true;
    private int working;
    private int waiting;

    /** Whether calls are merged at all; false lets every call be a request of its own. */
    public boolean isMerging() {
        return merging;
    }

    /** To be set before those who make the calls start. */
    public void setMerging(boolean merging) {
        this.merging = merging;
    }

    /** One more is in flight. */
    public synchronized void begin() {
        working++;
    }

    /** One less is in flight; call it exactly once for each {@link #begin}. */
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

    /** To be called with the lock held. */
    void callWaits() {
        waiting++;
        leaveIfNobodyCanJoin();
    }

    /** To be called with the lock held. */
    void callsSent(int calls) {
        waiting -= calls;
    }

    private void leaveIfNobodyCanJoin() {
        if (waiting > 0 && waiting >= working) {
            mergers.forEach(Merger::closeOpenRequest);
        }
    }
}
