package io.eventdedup.aws;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Background threads: they keep no process alive, and {@link #repeat} survives any failure of its work. */
public final class Daemons {

    private static final Logger LOG = LoggerFactory.getLogger(Daemons.class);

    private Daemons() {}

    /** Makes daemon threads of this name. */
    public static ThreadFactory threads(String name) {
        return work -> {
            Thread thread = new Thread(work, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    /** One daemon thread for what is to be done later. */
    public static ScheduledExecutorService scheduler(String name) {
        return Executors.newSingleThreadScheduledExecutor(threads(name));
    }

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
