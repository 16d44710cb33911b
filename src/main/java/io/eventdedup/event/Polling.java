package io.eventdedup.event;

/** Stops and resumes the polling of a pipeline. The methods neither throw nor block. */
public interface Polling {

    /** Of messages that nobody polls for. */
    Polling NONE = new Polling() {
        @Override
        public void stop(Throwable cause, String proof) {}

        @Override
        public void proved(String proof) {}
    };

    /**
     * Stops polling because something that every event needs is unavailable.
     *
     * @param cause the failure that showed it
     * @param proof what proves that it is available again, as passed to {@link #proved}; empty if a probe can prove it
     */
    void stop(Throwable cause, String proof);

    /** Something works: a queue accepted an event, or an event passed the steps. */
    void proved(String proof);
}
