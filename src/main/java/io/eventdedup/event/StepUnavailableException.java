package io.eventdedup.event;

/** A step is unavailable. It is thrown instead of running the step, unless it is this event's turn to try the step. */
public final class StepUnavailableException extends RuntimeException implements Cause.Named {

    private static final long serialVersionUID = 1L;

    /** The step was not run. */
    StepUnavailableException(String step) {
        super("step " + step + " is unavailable", null, false, false);
    }

    /** With the class of the failure that showed it; not with its message, which may quote the event. */
    StepUnavailableException(String step, Throwable failure) {
        super(
                (step.equals(Steps.BLOCK) ? "a step on another thread or above the split" : "step " + step)
                        + " is unavailable (" + failure.getClass().getName() + ")",
                null,
                false,
                false);
    }

    @Override
    public Cause failureCause() {
        return Cause.STEP_UNAVAILABLE;
    }
}
