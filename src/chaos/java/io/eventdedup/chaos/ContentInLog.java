package io.eventdedup.chaos;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.filter.ThresholdFilter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.LoggerFactory;

/** Searches all that this process logs, ours at every level, for the content of events. */
final class ContentInLog extends AppenderBase<ILoggingEvent> {

    private final Queue<String> found = new ConcurrentLinkedQueue<>();

    /** Listens from now on. */
    static ContentInLog search() {
        ContentInLog search = new ContentInLog();
        search.start();
        Logger root = logger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        ThresholdFilter asBefore = new ThresholdFilter();
        asBefore.setLevel(root.getLevel().toString());
        asBefore.start();
        root.iteratorForAppenders().forEachRemaining(appender -> appender.addFilter(asBefore));
        logger("io.eventdedup").setLevel(Level.DEBUG);
        root.addAppender(search);
        return search;
    }

    private static Logger logger(String name) {
        return (Logger) LoggerFactory.getLogger(name);
    }

    @Override
    protected void append(ILoggingEvent event) {
        String text = event.getFormattedMessage() + ThrowableProxyUtil.asString(event.getThrowableProxy());
        if (text.contains(Load.CONTENT)) {
            found.add(event.getLoggerName() + ": " + text);
        }
    }

    /** The lines with content so far. */
    Queue<String> found() {
        return found;
    }
}
