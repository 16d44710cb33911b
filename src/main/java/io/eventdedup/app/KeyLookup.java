package io.eventdedup.app;

import io.eventdedup.claim.KeyState;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** Describes in one line what the table knows about a key. */
final class KeyLookup {

    private final Duration lease;
    private final Clock clock;

    /** @param lease how long a claim lasts, from which follows when it was made or renewed */
    KeyLookup(Duration lease, Clock clock) {
        this.lease = lease;
        this.clock = clock;
    }

    /** @param state the key's row in the table */
    String describe(Optional<KeyState> state) {
        if (state.isEmpty()) {
            return "not in the table: not seen, or no longer remembered";
        }
        Instant now = clock.instant();
        if (!state.get().expiration().isAfter(now)) {
            return "seen, but its window ended at " + time(state.get().expiration());
        }
        if (state.get() instanceof KeyState.InProgress inProgress) {
            return describe(inProgress, now);
        }
        return state.get() instanceof KeyState.Completed completed
                ? describe(completed)
                : "failed " + times(((KeyState.Free) state.get()).failures()) + ", waiting for the next attempt";
    }

    private String describe(KeyState.InProgress row, Instant now) {
        String begun = "in progress"
                + (row.failures() == 0 ? "" : ", failed " + times(row.failures()) + " before")
                + ", claimed or renewed at " + time(row.leaseUntil().minus(lease));
        return row.leaseUntil().isAfter(now)
                ? begun + ", until " + time(row.leaseUntil()) + " unless renewed"
                : begun + ", but its lease ended at " + time(row.leaseUntil()) + ": the next delivery may take it over";
    }

    private static String describe(KeyState.Completed row) {
        return "completed"
                + row.at().map(at -> " at " + time(at)).orElse("")
                + (row.owner().isEmpty() ? ", written by the Lambda" : "")
                + (row.expiration().equals(Instant.MAX)
                        ? ", never expires"
                        : ", remembered until " + time(row.expiration()));
    }

    private static String times(int number) {
        return number == 1 ? "once" : number + " times";
    }

    private static Instant time(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS);
    }
}
