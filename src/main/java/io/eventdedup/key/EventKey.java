package io.eventdedup.key;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What is known of an event once its rule is found.
 *
 * @param hash 64 lower-case hex digits; two events with the same hash are the same event
 * @param window how long the hash is to be remembered
 * @param group a valid FIFO message group: events that must stay in order share it
 * @param rule the glob of the rule that matched; as many different ones as the file has rules
 * @param fallback whether a part of the rule's key was missing, so that the longer fall-back key was taken
 * @param eventType the event's detail-type
 * @param time the envelope's time, if it has one; says nothing about the key
 */
public record EventKey(
        String hash,
        Duration window,
        String group,
        String rule,
        boolean fallback,
        String eventType,
        Optional<Instant> time) {}
