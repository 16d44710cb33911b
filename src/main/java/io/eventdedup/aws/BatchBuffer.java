package io.eventdedup.aws;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Collects work that no caller waits for, and does it in batches: when a batch is full, or when its first element has waited long
 * enough.
 *
 * @param <T> what is collected
 */
public final class BatchBuffer<T> {

    private final int maxSize;
    private final Duration maxWait;
    private final Consumer<List<T>> work;
    private final ScheduledExecutorService timer;
    private final Executor workers;

    private List<T> collected = new ArrayList<>();
    private int underWay;

    /**
     * @param maxSize the size of a full batch
     * @param maxWait how long the first element of a batch waits at most
     * @param work processes a batch; must handle its own failures
     * @param timer ends the wait; not shut down here
     * @param workers run the work; not shut down here
     */
    public BatchBuffer(
            int maxSize, Duration maxWait, Consumer<List<T>> work, ScheduledExecutorService timer, Executor workers) {
        this.maxSize = maxSize;
        this.maxWait = maxWait;
        this.work = work;
        this.timer = timer;
        this.workers = workers;
    }

    /** Adds an element; returns at once. */
    public synchronized void add(T one) {
        collected.add(one);
        if (collected.size() >= maxSize) {
            leave();
        } else if (collected.size() == 1) {
            List<T> first = collected;
            timer.schedule(() -> leaveIfStill(first), maxWait.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** Processes what is collected without waiting longer; returns when everything that was added before is done. */
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
