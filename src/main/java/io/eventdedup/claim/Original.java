package io.eventdedup.claim;

import java.time.Instant;
import java.util.Optional;

/**
 * The work that completed a key first, as its row describes it.
 *
 * @param content what that work left for its duplicates; {@link Content#NONE} if it left nothing, or another program wrote the row
 * @param processedAt when the work was done or, if only its group's item says that it was, when the key was claimed; empty if
 *     the row does not say
 */
public record Original(Content content, Optional<Instant> processedAt) {}
