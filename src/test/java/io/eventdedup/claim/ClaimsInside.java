package io.eventdedup.claim;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/** Lets the exploration of the whole delivery do what the keeper's threads do, and see where claims stand. */
public final class ClaimsInside {

    private ClaimsInside() {}

    /** Renews the leases that are due, on this thread. */
    public static void renewDue(Claims claims) {
        claims.renewDue(Runnable::run);
    }

    public static void retryDueConfirms(Claims claims) {
        claims.retryDueConfirms();
    }

    public static Optional<Claim> current(Claims claims, String key) {
        return claims.current(key);
    }

    /** Its work is done, and the table does not know. */
    public static boolean isUnconfirmed(Claim claim) {
        return claim.is(Claim.Phase.UNCONFIRMED);
    }

    public static Instant leaseUntil(Claim claim) {
        return claim.leaseUntil();
    }

    /** What distinguishes it from other claims of its key. */
    public static String describe(Claim claim, Instant now) {
        int phase = Arrays.stream(Claim.Phase.values())
                .filter(claim::is)
                .findFirst()
                .orElseThrow()
                .ordinal();
        return phase
                + (claim.group().isPresent() ? "g" : "")
                + Math.max(-2, Duration.between(now, claim.leaseUntil()).toSeconds());
    }

    public static boolean isCached(CompletedKeys cache, String key) {
        return cache.contains(key);
    }

    /** The refusals of a process that has met nothing but duplicates, so that it reads first. */
    public static RecentRefusals readingFirst() {
        RecentRefusals refusals = new RecentRefusals();
        for (int i = 0; i < 100; i++) {
            refusals.note(true);
        }
        return refusals;
    }

    public static boolean mayConfirmInGroup(ClaimProtocol protocol, Instant leaseUntil, Instant now) {
        return protocol.mayConfirmInGroup(leaseUntil, now);
    }
}
