package io.eventdedup.route;

/** An event has to come again, though its exchange ended without an exception: a part of it failed, or rolled it back. */
final class RolledBackException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    RolledBackException() {
        super("a part of the event failed or was rolled back", null, false, false);
    }
}
