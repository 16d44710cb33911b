package io.eventdedup.key;

import io.eventdedup.json.Json.JsonString;
import java.util.Locale;

/** What an event counts as that EventBridge replayed from an archive: its envelope has a {@code replay-name}. */
public enum Replays {
    /** A copy as any other: the name of the replay is not in the key. */
    DROP,
    /** An event of its own within that replay: the name of the replay is in the key, so a replay on purpose passes. */
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

    /** The name of the replay if it belongs in the event's key, else null. */
    JsonString inKeyOf(UsableEvent event) {
        return this == PASS && event.envelope().get("replay-name") instanceof JsonString name && !name.isEmpty()
                ? name
                : null;
    }
}
