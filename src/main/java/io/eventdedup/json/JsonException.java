package io.eventdedup.json;

/** A text cannot be read as JSON. The message contains nothing of the text. */
public final class JsonException extends Exception {

    private static final long serialVersionUID = 1L;

    private static final int NOWHERE = -1;

    private final int position;

    private JsonException(int position, String message) {
        super(message, null, false, false);
        this.position = position;
    }

    static JsonException invalid(int position, String message) {
        return new JsonException(position, message);
    }

    static JsonException tooDeep() {
        return new JsonException(NOWHERE, "nested deeper than " + JsonReader.MAX_DEPTH);
    }

    /** Whether the text is nested deeper than {@link JsonReader#MAX_DEPTH} and may be JSON; if false, it is not JSON. */
    public boolean isTooDeep() {
        return position == NOWHERE;
    }

    /** How many characters of the text are valid JSON; undefined if it {@link #isTooDeep is nested too deep}. */
    public int position() {
        return position;
    }
}
