package io.eventdedup.aws;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * Merges concurrent calls of several threads into one request. For each caller it is like a separate call: it blocks, and returns or
 * throws the result of the caller's own entry.
 *
 * <p>The first caller opens a request and becomes its leader; later callers join it. The request is sent
 *
 * <ol>
 *   <li>when it is full, by number of calls or by size,
 *   <li>or when all exchanges in flight wait, so that no other could join ({@link MergeGroup}),
 *   <li>or after about as long as a request takes ({@link JoinWait}).
 * </ol>
 *
 * <p>The leader sends it on its own thread, so no other threads are needed. Several requests of one merger may be under way at a time.
 *
 * @param <C> a call
 * @param <R> its result
 */
public final class Merger<C, R> {

    /**
     * The limits of a request.
     *
     * @param calls how many calls it may contain
     * @param bytes the maximum total size; a call that is larger is sent alone
     * @param leastWait how long a call waits for others at most while requests are fast; ten times as long if they are slow
     */
    public record Limits(int calls, long bytes, Duration leastWait) {}

    /** The result of one call in a request. */
    public sealed interface Answer<R> {

        /** The value that the call returns. */
        record Value<R>(R value) implements Answer<R> {
            @Override
            public <T> Answer<T> map(Function<R, T> change) {
                return new Value<>(change.apply(value));
            }
        }

        /** The call failed: its caller gets the exception, the other callers do not. */
        record Failure<R>(RuntimeException exception) implements Answer<R> {
            @Override
            public <T> Answer<T> map(Function<R, T> change) {
                return new Failure<>(exception);
            }
        }

        /** The same with another value; a failure is not changed. */
        <T> Answer<T> map(Function<R, T> change);
    }

    private final MergeGroup mergeGroup;
    private final Limits limits;
    private final ToLongFunction<C> sizeOf;
    private final Function<List<C>, List<Answer<R>>> request;
    private final JoinWait joinWait;

    /** The request that can still be joined, or null; guarded by {@link #mergeGroup}. */
    private OpenRequest<C, R> open;

    /**
     * @param mergeGroup shared by all mergers of a route
     * @param limits what the service accepts in one request
     * @param sizeOf the size of a call, in bytes
     * @param request makes the request; returns the answers in the order of the calls. What it throws fails all calls, so it may throw
     *     only if it has no answer to any of them. A call without an answer fails.
     */
    public Merger(
            MergeGroup mergeGroup,
            Limits limits,
            ToLongFunction<C> sizeOf,
            Function<List<C>, List<Answer<R>>> request) {
        this.mergeGroup = mergeGroup;
        this.limits = limits;
        this.sizeOf = sizeOf;
        this.request = request;
        this.joinWait = new JoinWait(limits.leastWait());
        mergeGroup.add(this);
    }

    /**
     * Makes the call, together with others if possible.
     *
     * @throws RuntimeException what the call failed with
     */
    public R call(C call) {
        CompletableFuture<R> answer = new CompletableFuture<>();
        OpenRequest<C, R> joined;
        boolean leads;
        synchronized (mergeGroup) {
            long size = sizeOf.applyAsLong(call);
            if (open != null && !open.hasRoomFor(size, limits)) {
                closeOpenRequest();
            }
            leads = open == null;
            if (leads) {
                open = new OpenRequest<>();
            }
            joined = open;
            joined.add(call, answer, size);
            mergeGroup.callWaits();
            if (joined == open && joined.isFull(limits)) {
                closeOpenRequest();
            }
        }
        if (leads) {
            awaitClosed(joined);
            send(joined);
        }
        return resultOf(answer);
    }

    /** Closes the open request, if any, so that its leader sends it. Call this with the lock held. */
    void closeOpenRequest() {
        if (open != null) {
            mergeGroup.callsSent(open.size());
            open.close();
            open = null;
            mergeGroup.notifyAll();
        }
    }

    private void awaitClosed(OpenRequest<C, R> mine) {
        long deadline = System.nanoTime() + joinWait.nanos();
        boolean interrupted = false;
        synchronized (mergeGroup) {
            while (!mine.isClosed()) {
                long millis = (deadline - System.nanoTime()) / 1_000_000;
                if (millis <= 0) {
                    closeOpenRequest();
                } else {
                    try {
                        mergeGroup.wait(millis);
                    } catch (InterruptedException e) {
                        // still send the request: it may contain calls of others
                        interrupted = true;
                        closeOpenRequest();
                    }
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void send(OpenRequest<C, R> closed) {
        long begin = System.nanoTime();
        try {
            List<Answer<R>> answers = request.apply(closed.calls());
            joinWait.answeredAfter(System.nanoTime() - begin);
            closed.complete(answers);
        } catch (RuntimeException | Error failure) {
            closed.fail(failure);
        }
    }

    private static <R> R resultOf(CompletableFuture<R> answer) {
        try {
            return answer.join();
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof RuntimeException own) {
                throw own;
            }
            throw failed;
        }
    }
}
