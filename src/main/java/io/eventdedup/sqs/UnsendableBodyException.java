package io.eventdedup.sqs;

/** A step has left a body that cannot be sent. The message names at most the body's class. */
public final class UnsendableBodyException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UnsendableBodyException(String message) {
        super(message);
    }
}
