package io.eventdedup.dynamodb;

import io.eventdedup.claim.Admission;
import io.eventdedup.claim.Claim;
import io.eventdedup.claim.Claims;
import io.eventdedup.claim.Content;
import io.eventdedup.claim.Original;
import io.eventdedup.claim.Tokens;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeExtension;
import org.apache.camel.SafeCopyProperty;
import org.apache.camel.support.SynchronizationAdapter;

/**
 * The claims of exchanges. A claim belongs to the exchange that made it, or to the exchange that took over its completions (as with
 * {@code seda}). Other exchanges that were created from it (a split, a copy) carry the claim, but do not own it.
 */
final class ExchangeClaims {

    private final Claims claims;
    private final String property;

    /** By key, because an exchange may lose its properties, and some claims are made without an exchange. */
    private final Map<String, Held> held = new ConcurrentHashMap<>();

    /** @param repository distinguishes the repositories in which an exchange may have claims */
    ExchangeClaims(Claims claims, String repository) {
        this.claims = claims;
        this.property = "dedupClaim." + repository;
    }

    /**
     * A claim of an exchange. It is a safe-copy property, which {@code removeProperties} does not remove and which is copied to the
     * exchange of another thread, and also a completion, which is handed over with the work.
     */
    private final class Held extends SynchronizationAdapter implements SafeCopyProperty {

        private final Claim claim;
        private final Optional<String> exchangeId;
        private volatile boolean takenOver;

        Held(Claim claim, Optional<String> exchangeId) {
            this.claim = claim;
            this.exchangeId = exchangeId;
        }

        boolean belongsTo(Exchange exchange) {
            return exchangeId.filter(exchange.getExchangeId()::equals).isPresent()
                    || exchange.getExchangeExtension().containsOnCompletion(this);
        }

        /** Abandons the claim if nobody has ended it: the key is free when the lease ends. */
        @Override
        public void onDone(Exchange done) {
            held.remove(claim.key(), this);
            if (!takenOver) {
                claim.abandon();
            }
        }

        /** Shared, not copied. */
        @Override
        public SafeCopyProperty safeCopy() {
            return this;
        }
    }

    /**
     * Asks for the key for this exchange.
     *
     * @param takeOver whether the caller ends the claim, instead of Camel
     */
    Admission claim(Exchange exchange, String key, Duration window, Content content, boolean takeOver) {
        ExchangeExtension extension = exchange.getExchangeExtension();
        Held earlier = extension.getSafeCopyProperty(property + key, Held.class);
        boolean mine = earlier != null && earlier.belongsTo(exchange);
        if (mine && earlier.claim.isHeld()) {
            return new Admission.Claimed(earlier.claim);
        }
        if (earlier != null && earlier.claim.isHeld()) {
            // held by the exchange that this one was created from, which ends the claim
            extension.setSafeCopyProperty(property + key, null);
            return new Admission.Duplicate(new Original(Content.NONE, Optional.empty()));
        }
        // the request of the earlier claim may have been executed without a response; its token identifies its row
        String owner = mine && earlier.claim.isUnknown() ? earlier.claim.owner() : Tokens.next();
        Held asked = new Held(claims.prepare(key, owner, window, content), Optional.of(exchange.getExchangeId()));
        asked.takenOver = takeOver;
        extension.setSafeCopyProperty(property + key, asked);
        Admission admission = asked.claim.admit();
        if (admission instanceof Admission.Claimed) {
            held.put(key, asked);
            extension.addOnCompletion(asked);
        }
        return admission;
    }

    /** Asks for the key without an exchange; returns whether it was claimed. */
    boolean claim(String key, Duration window) {
        Held asked = new Held(claims.prepare(key, Tokens.next(), window, Content.NONE), Optional.empty());
        boolean claimed = asked.claim.admit() instanceof Admission.Claimed;
        if (claimed) {
            held.put(key, asked);
        }
        return claimed;
    }

    /** The claim that Camel must end with this exchange, if any. */
    Optional<Claim> endedBy(Exchange exchange, String key) {
        return Optional.ofNullable(exchange.getExchangeExtension().getSafeCopyProperty(property + key, Held.class))
                .or(() -> Optional.ofNullable(held.get(key)).filter(claim -> claim.belongsTo(exchange)))
                .filter(claim -> !claim.takenOver)
                .map(claim -> claim.claim);
    }

    /** The claim that was made without an exchange; removed here, because the caller now ends it. */
    Optional<Claim> endedWithoutExchange(String key) {
        return Optional.ofNullable(held.get(key))
                .filter(claim -> claim.exchangeId.isEmpty() && held.remove(key, claim))
                .map(claim -> claim.claim);
    }
}
