package io.eventdedup.key;

/** The event can never be processed. The message gives the reason and contains nothing of the event. */
public final class UnusableEventException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final UnusableReason reason;

    UnusableEventException(UnusableReason reason, String message) {
        super(reason + ": " + message);
        this.reason = reason;
    }

    public UnusableReason reason() {
        return reason;
    }
}
