package io.eventdedup.claim;

import java.time.Instant;
import java.util.Optional;

/**
 * The event that completed a key, as its row describes it.
 *
 * @param content what the row keeps of it; {@link Content#NONE} if nothing, or if another program wrote the row
 * @param processedAt when the work was done; if it was confirmed through its group, when the key was claimed; empty if unknown
 */
public record Original(Content content, Optional<Instant> processedAt) {}
