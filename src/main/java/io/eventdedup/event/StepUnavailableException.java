package io.eventdedup.event;

/** A step is unavailable; if it is thrown, the step was not run, because it is not this event's turn to try it. */
public final class StepUnavailableException extends RuntimeException implements Cause.Named {

    private static final long serialVersionUID = 1L;

    /** The step was not run. */
    StepUnavailableException(String step) {
        super("step " + step + " is unavailable", null, false, false);
    }

    /** Says why, with the class of the failure alone, because its message may quote the event. */
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
