package io.eventdedup.event;

import java.util.function.BooleanSupplier;

/**
 * What all messages of a route share: the failure table, the listener, the histories of earlier deliveries, the unavailable steps, and
 * the control of polling.
 */
public class Pipeline {

    private final String id;
    private final String keyPrefix;
    private final FailureTable failures;
    private final EventListener listener;
    private final Steps steps;
    private final Polling polling;
    private final BooleanSupplier sendsToOutput;
    private final Histories histories = new Histories();

    /**
     * @param id the route's id
     * @param keyPrefix prefix of every key in the table
     * @param failures decides what becomes of events that fail
     * @param listener is called when an event ends; must not throw, as {@link Listeners} does not
     * @param steps knows which steps are unavailable
     * @param polling stops polling
     * @param sendsToOutput whether the route sends to its output queue. If not, an event counts as forwarded when it reaches the end
     *     of the route's block
     */
    public Pipeline(
            String id,
            String keyPrefix,
            FailureTable failures,
            EventListener listener,
            Steps steps,
            Polling polling,
            BooleanSupplier sendsToOutput) {
        this.id = id;
        this.keyPrefix = keyPrefix;
        this.failures = failures;
        this.listener = listener;
        this.steps = steps;
        this.polling = polling;
        this.sendsToOutput = sendsToOutput;
    }

    /** The route's id. */
    public String id() {
        return id;
    }

    /** The prefix of every key in the table. */
    public String keyPrefix() {
        return keyPrefix;
    }

    /** Decides what becomes of events that fail. */
    public FailureTable failures() {
        return failures;
    }

    /** Knows which steps are unavailable. */
    public Steps steps() {
        return steps;
    }

    /** What this process remembers of earlier deliveries. */
    public Histories histories() {
        return histories;
    }

    /** Stops and resumes polling. */
    public Polling polling() {
        return polling;
    }

    /** Whether the route sends to its output queue; if not, an event at the end of the block counts as forwarded. */
    public boolean sendsToOutput() {
        return sendsToOutput.getAsBoolean();
    }

    /** Stops polling because of this failure of an unknown step, until an event has passed the steps. */
    public void pause(Throwable failure) {
        steps.unavailable(Steps.BLOCK, false);
        pause(Steps.BLOCK, failure);
    }

    void pause(String step, Throwable failure) {
        polling.stop(new StepUnavailableException(step, failure), Steps.PROOF);
    }

    EventListener listener() {
        return listener;
    }
}
