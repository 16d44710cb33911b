package io.eventdedup.dynamodb;

import io.eventdedup.claim.ShortKey;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Confirms that have not reached the table. Each is tried again, with growing pauses, until the table has it or its window
 * is over. Thread-safe.
 */
final class PendingConfirms {

    private static final Logger LOG = LoggerFactory.getLogger(PendingConfirms.class);

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

    /** Keeps a confirm that has just failed. */
    void add(Claim claim) {
        Instant now = clock.instant();
        attempts.put(claim, new Attempt(1, now.plus(protocol.confirmRetryPause(1)), now.plus(claim.window())));
    }

    /**
     * Tries those whose pause is over, the longest waiting first, up to the first failure: one failure says enough about
     * the table, and waiting for many timeouts one after the other helps nobody.
     *
     * @param confirm true when the claim needs no further attempt
     * @param drop told of claims whose window is over
     */
    void retryDue(Predicate<Claim> confirm, Consumer<Claim> drop) {
        Instant now = clock.instant();
        retry(
                attempts.entrySet().stream()
                        .filter(entry -> !entry.getValue().next().isAfter(now))
                        .sorted(Comparator.comparing(entry -> entry.getValue().next()))
                        .map(Map.Entry::getKey)
                        .toList(),
                confirm,
                drop);
    }

    /** Tries all of them now, up to the first failure. */
    void retryAll(Predicate<Claim> confirm, Consumer<Claim> drop) {
        retry(List.copyOf(attempts.keySet()), confirm, drop);
    }

    private synchronized void retry(List<Claim> claims, Predicate<Claim> confirm, Consumer<Claim> drop) {
        for (Claim claim : claims) {
            Attempt attempt = attempts.get(claim);
            if (attempt == null) {
                continue;
            }
            Instant now = clock.instant();
            if (!attempt.end().isAfter(now)) {
                attempts.remove(claim);
                LOG.warn(
                        "Key {} was never confirmed: the table was away for its whole window",
                        ShortKey.of(claim.key()));
                drop.accept(claim);
            } else if (confirm.test(claim)) {
                attempts.remove(claim);
            } else {
                int failures = attempt.failures() + 1;
                attempts.put(
                        claim,
                        new Attempt(
                                failures, clock.instant().plus(protocol.confirmRetryPause(failures)), attempt.end()));
                return;
            }
        }
    }
}
