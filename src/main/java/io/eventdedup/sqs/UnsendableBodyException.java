package io.eventdedup.sqs;

/** The body cannot be sent as a message. The text of the exception contains at most the class of the body, never its content. */
public final class UnsendableBodyException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UnsendableBodyException(String message) {
        super(message);
    }
}
