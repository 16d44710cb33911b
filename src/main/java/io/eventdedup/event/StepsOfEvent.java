package io.eventdedup.event;

import java.util.Deque;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.apache.camel.Exchange;

/**
 * Where one event stands among the steps of its route: at which step it failed, which it tries, behind which it was handed over to
 * another thread. Thread-safe.
 */
final class StepsOfEvent {

    private final Steps steps;
    private final Set<String> trials = ConcurrentHashMap.newKeySet();

    /** The steps that it has entered and not left, the innermost first: what they hand over may fail before they are left. */
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

    /** An exchange of the event has left the step. Of steps within steps, the inner one leaves first, and it counts. */
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

    /** The step at which a failure arose. */
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

    /** Whether the step is at fault for a failure, and not the event. */
    boolean isOutage(String step, boolean fresh) {
        return steps.failed(step, fresh, trials.remove(step));
    }

    /** The step at which a failure arose; it is unavailable. */
    String unavailable(Throwable thrown) {
        String step = stepOf(thrown);
        steps.unavailable(step, trials.remove(step));
        return step;
    }

    /** What became of the event says what the step is worth behind which it was handed over. */
    boolean ended(boolean failed) {
        boolean recovered = handedOverAt != null && !failed && passed(handedOverAt);
        trials.forEach(steps::trialAbandoned);
        return recovered;
    }
}
