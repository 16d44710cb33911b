/**
 * The claim protocol: who may work on a key, and how every process of a table learns that the work is done. Pure decisions
 * ({@link io.eventdedup.claim.ClaimProtocol}), the claims of one process ({@link io.eventdedup.claim.Claims}), and the table behind
 * an interface ({@link io.eventdedup.claim.ClaimStore}). Knows neither AWS nor Camel. Also here, because claims need them too:
 * {@link io.eventdedup.claim.Backoff}, {@link io.eventdedup.claim.Background} and {@link io.eventdedup.claim.ShortKey}.
 */
package io.eventdedup.claim;
