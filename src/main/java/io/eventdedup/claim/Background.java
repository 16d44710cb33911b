package io.eventdedup.claim;

import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Work that is repeated in the background and survives any failure. */
public final class Background {

    private static final Logger LOG = LoggerFactory.getLogger(Background.class);

    private Background() {}

    /**
     * Repeats the work, with a pause after each time. An executor never repeats a task that has thrown; here any Throwable is
     * logged, and the work is done again after the next pause.
     *
     * @param problem what the log says then
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
                // without memory the log fails, too; the next time comes all the same
            }
        }
    }
}
