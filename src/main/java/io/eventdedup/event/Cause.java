package io.eventdedup.event;

import io.eventdedup.claim.ClaimFailedException;
import io.eventdedup.claim.KeyInProgressException;
import io.eventdedup.key.UnusableEventException;
import java.util.Optional;

/** Why an event could not be forwarded, as the exception says that was thrown. */
public enum Cause {
    /** The body is not an event that a key can be computed of. */
    UNUSABLE,
    /** The key is claimed by another delivery, which has not finished. */
    IN_PROGRESS,
    /** Something that the route needs does not answer, throttles or refuses: every other event would fail as well. */
    UNAVAILABLE,
    /** The output refuses this event for its content. */
    REFUSED,
    /** A step of the user's is unavailable, so that every event would fail at it. */
    STEP_UNAVAILABLE,
    /** Anything else: a step of the route failed. */
    STEP;

    /** An exception that says what it means for the event. Any output, store or step may throw one. */
    public interface Named {

        /** What the exception means for the event. */
        Cause failureCause();

        /** If something is unavailable that no probe can ask for: what proves that it is available again; else empty. */
        default String proof() {
            return "";
        }
    }

    /** The cause of a failure: what the exception says, or one that caused it; {@link #STEP} if none says anything. */
    public static Cause of(Throwable failure) {
        return find(failure, Named.class)
                .map(Named::failureCause)
                .or(() -> find(failure, UnusableEventException.class).map(known -> UNUSABLE))
                .or(() -> find(failure, KeyInProgressException.class).map(known -> IN_PROGRESS))
                .or(() -> find(failure, ClaimFailedException.class).map(known -> UNAVAILABLE))
                .orElse(STEP);
    }

    /** What proves that the unavailable is available again; empty if a probe can prove it. */
    static String proofFor(Throwable failure) {
        return find(failure, Named.class).map(Named::proof).orElse("");
    }

    /** The exception of this type in a chain of causes. */
    static <T> Optional<T> find(Throwable failure, Class<T> type) {
        Throwable cause = failure;
        while (cause != null && !type.isInstance(cause)) {
            cause = cause.getCause();
        }
        return Optional.ofNullable(cause).map(type::cast);
    }
}
