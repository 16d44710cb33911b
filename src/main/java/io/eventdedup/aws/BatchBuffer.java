package io.eventdedup.aws;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Collects things to be done that nobody waits for, and does them several at once: when there are enough, or when the
 * first has waited long enough.
 *
 * @param <T> what is collected
 */
public final class BatchBuffer<T> {

    private final int most;
    private final Duration longestWait;
    private final Consumer<List<T>> work;
    private final ScheduledExecutorService timer;
    private final Executor workers;

    private List<T> collected = new ArrayList<>();
    private int underWay;

    /**
     * @param most so many at once
     * @param longestWait how long the first waits
     * @param work does it; it has to see to its own failures
     * @param timer looks when the first has waited long enough; not shut down here
     * @param workers do the work; not shut down here
     */
    public BatchBuffer(
            int most, Duration longestWait, Consumer<List<T>> work, ScheduledExecutorService timer, Executor workers) {
        this.most = most;
        this.longestWait = longestWait;
        this.work = work;
        this.timer = timer;
        this.workers = workers;
    }

    /** Takes one more; returns at once. */
    public synchronized void add(T one) {
        collected.add(one);
        if (collected.size() >= most) {
            leave();
        } else if (collected.size() == 1) {
            List<T> first = collected;
            timer.schedule(() -> leaveIfStill(first), longestWait.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** Does what is collected without further waiting; returns when all that was added before is done. */
    public synchronized void flush() {
        if (!collected.isEmpty()) {
            leave();
        }
        try {
            while (underWay > 0) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void leaveIfStill(List<T> waited) {
        if (waited == collected) {
            leave();
        }
    }

    private void leave() {
        List<T> batch = collected;
        collected = new ArrayList<>();
        underWay++;
        workers.execute(() -> {
            try {
                work.accept(batch);
            } finally {
                done();
            }
        });
    }

    private synchronized void done() {
        underWay--;
        notifyAll();
    }
}
