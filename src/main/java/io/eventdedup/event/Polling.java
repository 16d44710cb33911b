package io.eventdedup.event;

/** Lets a pipeline's deliveries stop polling, and resume it. Neither throws nor blocks. */
public interface Polling {

    /** Of messages that nobody polls for. */
    Polling NONE = new Polling() {
        @Override
        public void stop(Throwable cause, String proof) {}

        @Override
        public void proved(String proof) {}
    };

    /**
     * Stops polling, because something that every event needs is unavailable.
     *
     * @param cause how it showed
     * @param proof what proves that it is available again, to be told by {@link #proved}; empty if a probe can prove that
     */
    void stop(Throwable cause, String proof);

    /** Something works: a queue took an event, or an event passed the steps. */
    void proved(String proof);
}
