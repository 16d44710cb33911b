package io.eventdedup.claim;

import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Confirms that have not reached the table, and when to retry each: with growing pauses, until the table has it or its window is
 * over. No I/O. Thread-safe.
 */
final class PendingConfirms {

    /** @param end the end of the key's window, after which a confirm is of no use */
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

    /** Keeps a confirm that has failed, or counts one more failure of it. */
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

    /** The confirms whose pause is over, longest waiting first. */
    List<Claim> due() {
        Instant now = clock.instant();
        return attempts.entrySet().stream()
                .filter(entry -> !entry.getValue().next().isAfter(now))
                .sorted(Comparator.comparing(entry -> entry.getValue().next()))
                .map(Map.Entry::getKey)
                .toList();
    }

    List<Claim> all() {
        return List.copyOf(attempts.keySet());
    }

    /** Whether the window of the key is over. */
    boolean isOver(Claim claim) {
        Attempt attempt = attempts.get(claim);
        return attempt != null && !attempt.end().isAfter(clock.instant());
    }
}
