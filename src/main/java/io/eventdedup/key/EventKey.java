package io.eventdedup.key;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The key of an event, and what its rule says about it.
 *
 * @param hash 64 lower-case hex digits; two events with the same hash are the same event
 * @param window how long to remember the hash
 * @param group a valid FIFO message group: events that must stay in order share it
 * @param rule the glob of the rule that matched; at most as many values as the file has rules
 * @param fallback whether a required part was missing, so that the longer fallback key is used
 * @param eventType the event's detail-type
 * @param time the envelope's time, if it has one; not part of the key
 */
public record EventKey(
        String hash,
        Duration window,
        String group,
        String rule,
        boolean fallback,
        String eventType,
        Optional<Instant> time) {}
