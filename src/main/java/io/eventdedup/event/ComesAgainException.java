package io.eventdedup.event;

/** An event has to come again, so its message must not be deleted. What failed is in the log, told without its content. */
final class ComesAgainException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ComesAgainException(String message) {
        super(message, null, false, false);
    }
}
