package io.eventdedup.event;

/** An event has to come again, so its message must not be deleted. The log says what failed. */
final class ComesAgainException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ComesAgainException(String message) {
        super(message, null, false, false);
    }
}
