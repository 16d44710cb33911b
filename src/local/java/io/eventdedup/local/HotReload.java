package io.eventdedup.local;

import io.eventdedup.app.DedupApplication;
import io.eventdedup.key.KeyRulesException;
import io.eventdedup.route.ConfigurationException;
import io.eventdedup.route.DedupParts;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.FileWatcherResourceReloadStrategy;
import org.apache.camel.support.RouteWatcherReloadStrategy;

/** Takes over what the user changes in the route and in the rules, for as long as the context runs. */
final class HotReload {

    private static final long LOOK_MILLIS = 500;

    private HotReload() {}

    /**
     * Watches the route files and {@code event-keys.yaml} in a directory. What cannot be used is told on standard error, and
     * what was there before stays in force until it is corrected.
     *
     * @param settings those that the application was started with
     */
    static void watch(CamelContext context, Path directory, Map<String, String> settings) {
        // the application starts its routes itself; those that are loaded from now on start at once
        context.setAutoStartup(true);
        RouteWatcherReloadStrategy routes = new CheckedReload(directory, settings);
        routes.setPattern("*.camel.yaml");
        routes.setRemoveAllRoutes(false);
        add(context, routes);

        FileWatcherResourceReloadStrategy rules = new FileWatcherResourceReloadStrategy(directory.toString());
        rules.setFileFilter(file -> file.getName().equals("event-keys.yaml"));
        rules.setResourceReload((name, resource) -> reloadRules(context));
        add(context, rules);
    }

    private static void reloadRules(CamelContext context) {
        try {
            DedupParts.of(context).reloadRules();
        } catch (KeyRulesException | ConfigurationException e) {
            System.err.println(e.getMessage());
        }
    }

    /** Takes routes over only if they can be built: Camel stops the old ones before it builds the new. */
    private static final class CheckedReload extends RouteWatcherReloadStrategy {

        private final Path directory;
        private final Map<String, String> settings;

        CheckedReload(Path directory, Map<String, String> settings) {
            super(directory.toString());
            this.directory = directory;
            this.settings = settings;
        }

        @Override
        protected void onRouteReload(Collection<Resource> resources, boolean removeEverything) {
            Optional<String> problem =
                    DedupApplication.problemOf(settings, "file:" + directory + "/*.camel.yaml");
            if (problem.isPresent()) {
                System.err.println(problem.get());
            } else {
                super.onRouteReload(resources, removeEverything);
            }
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
