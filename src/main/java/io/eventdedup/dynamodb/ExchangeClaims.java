package io.eventdedup.dynamodb;

import io.eventdedup.dynamodb.Work.Verdict;
import java.time.Duration;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeExtension;
import org.apache.camel.support.SynchronizationAdapter;

/**
 * The claims that exchanges make. A claim belongs to the exchange that made it, and to one that took over its completions, as
 * with {@code seda}. Any other exchange made from it (a split, a copy) carries the claim, but does not own it.
 */
final class ExchangeClaims {

    private final Claims claims;
    private final String property;

    /** @param repository tells repositories apart of which an exchange may have claims */
    ExchangeClaims(Claims claims, String repository) {
        this.claims = claims;
        this.property = "dedupClaim." + repository;
    }

    /** As {@link DynamoDbIdempotentRepository#add(Exchange, String)}. */
    boolean claim(Exchange exchange, String key, Duration window) {
        ExchangeExtension extension = exchange.getExchangeExtension();
        Claim earlier = carried(exchange, key);
        boolean mine = earlier != null && belongsTo(exchange, earlier);
        if (mine && earlier.is(Claim.Phase.HELD)) {
            return true;
        }
        // the token of a claim that may have reached the table without an answer recognises it there
        String owner = mine && earlier.is(Claim.Phase.UNKNOWN) ? earlier.owner() : Tokens.next();
        Optional<Work> work = Optional.ofNullable(extension.getSafeCopyProperty(Work.PROPERTY, Work.class));
        Claim claim =
                claims.prepare(key, owner, window, Optional.of(new Claim.Delivery(exchange.getExchangeId(), work)));
        extension.setSafeCopyProperty(property + key, claim);
        if (earlier != null && earlier.is(Claim.Phase.HELD)) {
            // the key of the exchange that this one was made from, which settles it
            claim.end();
            return false;
        }
        boolean claimed = claims.admit(claim);
        if (claimed) {
            claim.carriedBy(new SynchronizationAdapter() {
                @Override
                public void onDone(Exchange done) {
                    claims.abandon(claim);
                }
            });
            extension.addOnCompletion(claim.completion());
            tell(work, claim);
        }
        return claimed;
    }

    private void tell(Optional<Work> work, Claim claim) {
        try {
            work.ifPresent(told -> told.claimed(claim.failures()));
        } catch (RuntimeException | Error e) {
            claims.settle(claim, Verdict.FORGET);
            throw e;
        }
    }

    /**
     * Ends the exchange's claim on the key, if it has one.
     *
     * @param camelVerdict how, unless the claim has a {@link Work}, which then decides
     * @return true if the table has it now
     */
    boolean settle(Exchange exchange, String key, Verdict camelVerdict) {
        return claimOf(exchange, key)
                .map(claim -> claims.settle(claim, claim.verdict(exchange, camelVerdict)))
                .orElse(false);
    }

    /** The exchange's claim; what the exchange has lost is found among the claims of this process. */
    private Optional<Claim> claimOf(Exchange exchange, String key) {
        return Optional.ofNullable(carried(exchange, key))
                .or(() -> claims.current(key).filter(claim -> belongsTo(exchange, claim)));
    }

    private Claim carried(Exchange exchange, String key) {
        return exchange.getExchangeExtension().getSafeCopyProperty(property + key, Claim.class);
    }

    private static boolean belongsTo(Exchange exchange, Claim claim) {
        return claim.delivery()
                .map(delivery -> delivery.exchangeId().equals(exchange.getExchangeId())
                        || exchange.getExchangeExtension().containsOnCompletion(claim.completion()))
                .orElse(false);
    }
}
