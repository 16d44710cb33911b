package io.eventdedup.local;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.filter.ThresholdFilter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** What a class logs while this is open; it goes nowhere else meanwhile. */
public final class LogLines implements AutoCloseable {

    private final Logger logger;
    private final Level levelBefore;
    private final ListAppender<ILoggingEvent> appender = new ListAppender<>();

    /** Listens to what the class logs at this level and above. */
    public LogLines(Class<?> source, Level level) {
        this(source.getName(), level);
    }

    private LogLines(String source, Level level) {
        logger = (Logger) LoggerFactory.getLogger(source);
        levelBefore = logger.getLevel();
        ThresholdFilter threshold = new ThresholdFilter();
        threshold.setLevel(level.toString());
        threshold.start();
        // read while others still write
        appender.list = new CopyOnWriteArrayList<>();
        appender.addFilter(threshold);
        appender.start();
        logger.setLevel(level);
        logger.setAdditive(false);
        logger.addAppender(appender);
    }

    /** Listens to what the classes of a package, and of those within it, log at this level and above. */
    public static LogLines ofPackage(String name, Level level) {
        return new LogLines(name, level);
    }

    /** Listens to everything that is logged at this level and above. */
    public static LogLines ofEverything(Level level) {
        return new LogLines(org.slf4j.Logger.ROOT_LOGGER_NAME, level);
    }

    /** The messages so far, without time and level. */
    public List<String> messages() {
        return appender.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    @Override
    public void close() {
        logger.detachAppender(appender);
        logger.setAdditive(true);
        logger.setLevel(levelBefore);
    }
}
