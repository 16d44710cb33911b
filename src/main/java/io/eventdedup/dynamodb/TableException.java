package io.eventdedup.dynamodb;

import java.io.Serial;

/** The table cannot serve as it is; the message is one line that says what to change. Trying again does not help. */
public final class TableException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    TableException(String message) {
        super(message);
    }
}
