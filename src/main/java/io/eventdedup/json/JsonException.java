package io.eventdedup.json;

/** A text that cannot be read as JSON. The message holds nothing of the text. */
public final class JsonException extends Exception {

    private static final long serialVersionUID = 1L;

    private final boolean tooDeep;

    private JsonException(boolean tooDeep, String message) {
        super(message, null, false, false);
        this.tooDeep = tooDeep;
    }

    static JsonException invalid(String message) {
        return new JsonException(false, message);
    }

    static JsonException tooDeep() {
        return new JsonException(true, "nested deeper than " + JsonReader.MAX_DEPTH);
    }

    /** Whether the text may be JSON, but nested deeper than {@link JsonReader#MAX_DEPTH}; else it is not JSON. */
    public boolean isTooDeep() {
        return tooDeep;
    }
}
