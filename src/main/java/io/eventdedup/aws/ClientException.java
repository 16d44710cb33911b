package io.eventdedup.aws;

/** It is ambiguous which AWS client to use; the message says what to set. */
public final class ClientException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ClientException(String message) {
        super(message);
    }
}
