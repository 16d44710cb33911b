package io.eventdedup.key;

import io.eventdedup.json.Json.JsonObject;

/** An event with a detail-type and a detail that is not empty, which therefore has a key. */
public final class UsableEvent implements IncomingEvent {

    private final String messageBody;
    private final String text;
    private final boolean alone;
    private final String detailType;
    private final JsonObject envelope;

    UsableEvent(String messageBody, String text, boolean alone, String detailType, JsonObject envelope) {
        this.messageBody = messageBody;
        this.text = text;
        this.alone = alone;
        this.detailType = detailType;
        this.envelope = envelope;
    }

    @Override
    public String messageBody() {
        return messageBody;
    }

    @Override
    public String text() {
        return text;
    }

    @Override
    public boolean alone() {
        return alone;
    }

    public String detailType() {
        return detailType;
    }

    /** The event as an EventBridge envelope; for a bare detail, an envelope with only the detail and its type. */
    public JsonObject envelope() {
        return envelope;
    }

    /** Contains nothing of the event except its type, so it is safe to log. */
    @Override
    public String toString() {
        return "event of type " + detailType;
    }
}
