package io.eventdedup.dynamodb;

import java.io.Serial;

/** The table cannot be used; the message says in one line what to change. Retrying does not help. */
public final class TableException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    TableException(String message) {
        super(message);
    }
}
