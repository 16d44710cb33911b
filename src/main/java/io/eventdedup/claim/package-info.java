/**
 * The claim protocol: who may work on a key, and how all processes that share a table learn that the work is done. The decisions are
 * pure functions ({@link io.eventdedup.claim.ClaimProtocol}), {@link io.eventdedup.claim.Claims} holds the claims of one process, and
 * {@link io.eventdedup.claim.ClaimStore} is the interface to the table. Depends on neither AWS nor Camel. Helpers that other packages
 * use too: {@link io.eventdedup.claim.Backoff}, {@link io.eventdedup.claim.Background} and {@link io.eventdedup.claim.ShortKey}.
 */
package io.eventdedup.claim;
