package io.eventdedup.event;

import io.eventdedup.claim.ClaimFailedException;
import io.eventdedup.claim.KeyInProgressException;
import io.eventdedup.key.UnusableEventException;
import java.util.Optional;

/** Why an event could not be forwarded, classified by the exception. */
public enum Cause {
    /** The body is not an event for which a key can be computed. */
    UNUSABLE,
    /** Another delivery has claimed the key and has not ended. */
    IN_PROGRESS,
    /** Something that the route needs is unavailable, throttles or rejects calls, so every other event would fail too. */
    UNAVAILABLE,
    /** The output rejects this event because of its content. */
    REFUSED,
    /** A user's step is unavailable, so every event would fail at it. */
    STEP_UNAVAILABLE,
    /** Anything else: a step of the route failed for this event. */
    STEP;

    /** An exception that knows its cause. Any output, store or step may throw one. */
    public interface Named {

        /** The cause that this exception stands for. */
        Cause failureCause();

        /** What proves that the unavailable service is available again, if a probe cannot; otherwise empty. */
        default String proof() {
            return "";
        }
    }

    /** The cause of a failure, from the exception or its causes; {@link #STEP} if none of them is known. */
    public static Cause of(Throwable failure) {
        return find(failure, Named.class)
                .map(Named::failureCause)
                .or(() -> find(failure, UnusableEventException.class).map(known -> UNUSABLE))
                .or(() -> find(failure, KeyInProgressException.class).map(known -> IN_PROGRESS))
                .or(() -> find(failure, ClaimFailedException.class).map(known -> UNAVAILABLE))
                .orElse(STEP);
    }

    /** What proves that the unavailable service is available again; empty if a probe can. */
    static String proofFor(Throwable failure) {
        return find(failure, Named.class).map(Named::proof).orElse("");
    }

    /** The first exception of this type in the chain of causes. */
    static <T> Optional<T> find(Throwable failure, Class<T> type) {
        Throwable cause = failure;
        while (cause != null && !type.isInstance(cause)) {
            cause = cause.getCause();
        }
        return Optional.ofNullable(cause).map(type::cast);
    }
}
