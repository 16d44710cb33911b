package io.eventdedup.aws;

import io.eventdedup.aws.Merger.Answer;
import io.eventdedup.aws.Merger.Limits;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The calls of one request and the futures of their answers. Not thread-safe until it is closed. */
final class OpenRequest<C, R> {

    private final List<C> calls = new ArrayList<>();
    private final List<CompletableFuture<R>> answers = new ArrayList<>();
    private long bytes;
    private boolean closed;

    boolean hasRoomFor(long size, Limits limits) {
        return calls.size() < limits.calls() && bytes + size <= limits.bytes();
    }

    void add(C call, CompletableFuture<R> answer, long size) {
        calls.add(call);
        answers.add(answer);
        bytes += size;
    }

    boolean isFull(Limits limits) {
        return calls.size() >= limits.calls() || bytes >= limits.bytes();
    }

    int size() {
        return calls.size();
    }

    void close() {
        closed = true;
    }

    boolean isClosed() {
        return closed;
    }

    List<C> calls() {
        return List.copyOf(calls);
    }

    /** Gives each caller its own answer. A call without an answer fails, so that its caller does not wait forever. */
    void complete(List<Answer<R>> given) {
        for (int i = 0; i < calls.size(); i++) {
            Answer<R> answer = i < given.size() ? given.get(i) : null;
            if (answer instanceof Answer.Value<R> value) {
                answers.get(i).complete(value.value());
            } else if (answer instanceof Answer.Failure<R> failure) {
                answers.get(i).completeExceptionally(failure.exception());
            } else {
                answers.get(i)
                        .completeExceptionally(new IllegalStateException("The response does not contain this call"));
            }
        }
    }

    /** Fails every caller. */
    void fail(Throwable failure) {
        answers.forEach(answer -> answer.completeExceptionally(failure));
    }
}
