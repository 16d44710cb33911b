package io.eventdedup.key;

/** A text that cannot be read as JSON. The message holds nothing of the text. */
final class JsonException extends Exception {

    private static final long serialVersionUID = 1L;

    private final UnusableReason reason;

    JsonException(UnusableReason reason, String message) {
        super(message, null, false, false);
        this.reason = reason;
    }

    UnusableReason reason() {
        return reason;
    }
}
