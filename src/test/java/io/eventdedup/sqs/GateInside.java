package io.eventdedup.sqs;

/** The gate of a simulated process: the states and transitions are the shipped ones, and the threads are left out. */
public final class GateInside {

    private GateState state = GateState.polling();

    /** Open. */
    public GateInside() {}

    public boolean mayPoll() {
        return state.mayPoll();
    }

    public boolean isPolling() {
        return state.phase() == GateState.Phase.POLLING;
    }

    /** Whether one message at a time is tried. */
    public boolean isProbing() {
        return state.phase() == GateState.Phase.PROBING;
    }

    public boolean isStopped() {
        return state.phase() == GateState.Phase.STOPPED;
    }

    public void stop(String proof) {
        state = state.failed(proof);
    }

    /** True: polling has resumed. */
    public boolean proved(String proof) {
        return goesOn(state.proved(proof));
    }

    /** A message went through, or there was none. True: polling has resumed. */
    public boolean worked() {
        return goesOn(state.worked());
    }

    public void probeSucceeded() {
        state = state.probeSucceeded();
    }

    public void probeFailed() {
        state = state.probeFailed();
    }

    private boolean goesOn(GateState next) {
        boolean resumes = !isPolling() && next.phase() == GateState.Phase.POLLING;
        state = next;
        return resumes;
    }

    /** What distinguishes its state from others. */
    public String describe() {
        return isPolling() ? "" : state.phase().ordinal() + (state.needsProbe() ? "n" : "") + state.unproven();
    }
}
