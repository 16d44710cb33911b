package io.eventdedup.claim;

import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Confirms that have not reached the table: which are to be tried again, and when. Each is tried with growing pauses until the
 * table has it or its window is over. No I/O. Thread-safe.
 */
final class PendingConfirms {

    /** @param end when the window of the finished work is over, so that nobody would ask for the key any more */
    private record Attempt(int failures, Instant next, Instant end) {}

    private final Map<Claim, Attempt> attempts = new ConcurrentHashMap<>();
    private final ClaimProtocol protocol;
    private final Clock clock;

    PendingConfirms(ClaimProtocol protocol, Clock clock) {
        this.protocol = protocol;
        this.clock = clock;
    }

    int size() {
        return attempts.size();
    }

    /** Keeps a confirm that has failed, or notes that it has failed once more. */
    void failed(Claim claim) {
        Instant now = clock.instant();
        attempts.merge(
                claim,
                new Attempt(1, now.plus(protocol.confirmRetryPause(1)), now.plus(claim.window())),
                (before, first) -> new Attempt(
                        before.failures() + 1,
                        now.plus(protocol.confirmRetryPause(before.failures() + 1)),
                        before.end()));
    }

    /** Forgets a confirm: the table has it, or its window is over. */
    void remove(Claim claim) {
        attempts.remove(claim);
    }

    /** Those whose pause is over, the longest waiting first. */
    List<Claim> due() {
        Instant now = clock.instant();
        return attempts.entrySet().stream()
                .filter(entry -> !entry.getValue().next().isAfter(now))
                .sorted(Comparator.comparing(entry -> entry.getValue().next()))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** All of them. */
    List<Claim> all() {
        return List.copyOf(attempts.keySet());
    }

    /** Whether the window of the finished work is over. */
    boolean isOver(Claim claim) {
        Attempt attempt = attempts.get(claim);
        return attempt != null && !attempt.end().isAfter(clock.instant());
    }
}
