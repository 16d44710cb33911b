package io.eventdedup.route;

import io.eventdedup.dynamodb.ClaimFailedException;
import io.eventdedup.dynamodb.KeyInProgressException;
import io.eventdedup.key.UnusableEventException;
import io.eventdedup.sqs.SendFailedException;

/**
 * Why an event could not be forwarded, told by where it failed: our repository and our queues have exceptions of their own,
 * and everything else, AWS calls included, is a step's.
 */
enum FailureCause {
    /** The body is not an event that a key can be computed of. */
    UNUSABLE_BODY,
    /** The key is claimed by another delivery, which has not finished. */
    IN_PROGRESS,
    /** The table or a queue of the route does not answer, throttles or refuses: every other event would fail as well. */
    OUTAGE,
    /** The queue refuses this event for its content. */
    FORWARD_REJECTED,
    /** Anything else: a step of the route failed. */
    STEP_FAILED;

    /** The cause of a failure, found in the exception or in what caused it. */
    static FailureCause of(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnusableEventException) {
                return UNUSABLE_BODY;
            }
            if (cause instanceof KeyInProgressException) {
                return IN_PROGRESS;
            }
            if (cause instanceof ClaimFailedException) {
                return OUTAGE;
            }
            if (cause instanceof SendFailedException send) {
                return send.isRejected() ? FORWARD_REJECTED : OUTAGE;
            }
        }
        return STEP_FAILED;
    }
}
