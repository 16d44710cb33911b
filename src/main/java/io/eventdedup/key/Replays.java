package io.eventdedup.key;

import io.eventdedup.json.Json.JsonString;
import java.util.Locale;

/** How to treat an event that EventBridge replayed from an archive; its envelope has a {@code replay-name}. */
public enum Replays {
    /** The key does not include the name of the replay, so the event is a duplicate of the live one. */
    DROP,
    /** The key includes the name of the replay, so each event is forwarded once per replay. */
    PASS;

    /**
     * Reads the setting, {@code drop} or {@code pass}.
     *
     * @throws IllegalArgumentException if it is neither; the message says what to write
     */
    public static Replays parse(String text) {
        for (Replays replays : values()) {
            if (replays.name().toLowerCase(Locale.ROOT).equals(text)) {
                return replays;
            }
        }
        throw new IllegalArgumentException("dedup.replays is \"" + text + "\"; it must be drop or pass");
    }

    /** The name of the replay if the event's key includes it, else null. */
    JsonString inKeyOf(UsableEvent event) {
        return this == PASS && event.envelope().get("replay-name") instanceof JsonString name && !name.isEmpty()
                ? name
                : null;
    }
}
