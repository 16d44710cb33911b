package io.eventdedup.local;

import io.eventdedup.key.EventKeyProcessor;
import io.eventdedup.key.KeyRulesException;
import java.nio.file.Path;
import org.apache.camel.CamelContext;
import org.apache.camel.support.FileWatcherResourceReloadStrategy;
import org.apache.camel.support.RouteWatcherReloadStrategy;

/** Takes over what the user changes in the route and in the rules, for as long as the context runs. */
final class HotReload {

    private static final long LOOK_MILLIS = 500;

    private HotReload() {}

    /**
     * Watches {@code dedup.camel.yaml} and {@code event-keys.yaml} in a directory. A rule file that cannot be used is told on
     * standard error, and the rules before it stay in force.
     */
    static void watch(CamelContext context, Path directory) {
        // the application starts its routes itself; those that are loaded from now on start at once
        context.setAutoStartup(true);
        RouteWatcherReloadStrategy routes = new RouteWatcherReloadStrategy(directory.toString());
        routes.setPattern("*.camel.yaml");
        add(context, routes);

        FileWatcherResourceReloadStrategy rules = new FileWatcherResourceReloadStrategy(directory.toString());
        rules.setFileFilter(file -> file.getName().equals("event-keys.yaml"));
        rules.setResourceReload((name, resource) -> reloadRules(context));
        add(context, rules);
    }

    private static void reloadRules(CamelContext context) {
        try {
            context.getRegistry().findByType(EventKeyProcessor.class).forEach(EventKeyProcessor::reload);
        } catch (KeyRulesException e) {
            System.err.println(e.getMessage());
        }
    }

    private static void add(CamelContext context, FileWatcherResourceReloadStrategy watcher) {
        watcher.setPollTimeout(LOOK_MILLIS);
        try {
            context.addService(watcher);
        } catch (Exception e) {
            throw new IllegalStateException("cannot watch " + watcher.getFolder(), e);
        }
    }
}
