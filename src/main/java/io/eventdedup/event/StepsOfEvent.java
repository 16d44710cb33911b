package io.eventdedup.event;

import java.util.Deque;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.apache.camel.Exchange;

/**
 * One event and the steps of its route: the step at which it failed, the steps that it tries, the step that handed it over to another
 * thread. Thread-safe.
 */
final class StepsOfEvent {

    private final Steps steps;
    private final Set<String> trials = ConcurrentHashMap.newKeySet();

    /** The steps that the event has entered and not left, innermost first; an exchange on another thread may fail before they are left. */
    private final Deque<String> inside = new ConcurrentLinkedDeque<>();

    private volatile Throwable failure;
    private volatile String failedAt;
    private volatile String handedOverAt;

    StepsOfEvent(Steps steps) {
        this.steps = steps;
    }

    /** @throws StepUnavailableException if the step is unavailable, and it is not this event's turn to try it */
    void enter(String step) {
        switch (steps.enter(step)) {
            case FREE -> {}
            case TRIAL -> trials.add(step);
            case DENIED -> {
                StepUnavailableException denied = new StepUnavailableException(step);
                failedAt(step, denied);
                throw denied;
            }
        }
        inside.push(step);
    }

    /**
     * An exchange of the event has left the step. An inner step is left before the step around it, and a failure counts at the inner one.
     */
    boolean left(String step, Exchange exchange, boolean handedOver) {
        inside.removeFirstOccurrence(step);
        Throwable thrown = exchange.getException();
        if (thrown != null) {
            failedAt(step, thrown);
            return false;
        }
        if (handedOver) {
            if (handedOverAt == null) {
                handedOverAt = step;
            }
            return false;
        }
        return passed(step);
    }

    private boolean passed(String step) {
        trials.remove(step);
        return steps.passed(step);
    }

    void failedAt(String step, Throwable thrown) {
        if (failure == null
                || Cause.find(thrown, failure.getClass())
                        .filter(failure::equals)
                        .isEmpty()) {
            failure = thrown;
            failedAt = step;
        }
    }

    /** The step at which this failure occurred. */
    String stepOf(Throwable thrown) {
        Throwable known = failure;
        if (known != null
                && Cause.find(thrown, known.getClass()).filter(known::equals).isPresent()) {
            return failedAt;
        }
        return Optional.ofNullable(handedOverAt)
                .or(() -> Optional.ofNullable(inside.peek()))
                .orElse(Steps.BLOCK);
    }

    /** Whether the step is the cause of a failure, and not the event. */
    boolean isOutage(String step, boolean fresh) {
        return steps.failed(step, fresh, trials.remove(step));
    }

    /** Marks the step at which this failure occurred as unavailable, and returns it. */
    String unavailable(Throwable thrown) {
        String step = stepOf(thrown);
        steps.unavailable(step, trials.remove(step));
        return step;
    }

    /** The event has ended. If it has not failed, it has passed the step that handed it over. Returns whether that step was unavailable. */
    boolean ended(boolean failed) {
        boolean recovered = handedOverAt != null && !failed && passed(handedOverAt);
        trials.forEach(steps::trialAbandoned);
        return recovered;
    }
}
