package io.eventdedup.claim;

import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Repeats work in the background, whatever it throws. */
public final class Background {

    private static final Logger LOG = LoggerFactory.getLogger(Background.class);

    private Background() {}

    /**
     * Repeats the work, with a pause after each run. An executor does not repeat a task that has thrown. So any Throwable is logged
     * here, and the work runs again after the next pause.
     *
     * @param problem the message to log if the work throws
     */
    public static void repeat(ScheduledExecutorService scheduler, long pauseMillis, String problem, Runnable work) {
        scheduler.scheduleWithFixedDelay(() -> survive(problem, work), pauseMillis, pauseMillis, TimeUnit.MILLISECONDS);
    }

    private static void survive(String problem, Runnable work) {
        try {
            work.run();
        } catch (Throwable e) {
            try {
                LOG.warn(problem, e);
            } catch (Throwable alsoTheLog) {
                // if memory is exhausted, logging may fail too; the work still runs again
            }
        }
    }
}
