package io.eventdedup.app;

import io.eventdedup.route.Settings;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.main.Main;

/**
 * The routes, built but not started, configured by {@code application.properties} and the beans of the route files. The commands
 * use it to find the AWS clients that the routes would use.
 */
final class BuiltRoutes implements AutoCloseable {

    private final Main main;
    private final CamelContext context;
    private final Optional<String> problem;

    private BuiltRoutes(Main main, CamelContext context, Optional<String> problem) {
        this.main = main;
        this.context = context;
        this.problem = problem;
    }

    /** Builds the routes in the working directory, else those in the jar. */
    static BuiltRoutes ofDirectory() {
        return of(Map.of(), DedupApplication.routes());
    }

    /** Only reads the configuration, which is enough to find the client of the table; the routes are not built. */
    static BuiltRoutes readFromDirectory() {
        return of(Map.of(), DedupApplication.routes(), Main::init);
    }

    /**
     * Builds routes.
     *
     * @param overrides settings that win over the environment and over application.properties
     * @param routes location, in the format of Camel's routesIncludePattern
     * @throws io.eventdedup.route.ConfigurationException if a setting is invalid
     */
    static BuiltRoutes of(Map<String, String> overrides, String routes) {
        return of(overrides, routes, Main::start);
    }

    private static BuiltRoutes of(Map<String, String> overrides, String routes, Consumer<Main> step) {
        Main main = DedupApplication.main(Settings.load(overrides, System.getenv(), Path.of("")), routes);
        main.addOverrideProperty("camel.management.enabled", "false");
        Optional<String> problem = Optional.empty();
        try {
            step.accept(main);
        } catch (Exception | LinkageError failure) {
            problem = Optional.of(StartFailure.of(failure, DedupApplication.routeFiles(routes))
                    .getMessage());
        }
        CamelContext built = main.getCamelContext();
        return new BuiltRoutes(main, built == null ? new DefaultCamelContext() : built, problem);
    }

    /** The context of the routes, even if they have a problem. */
    CamelContext context() {
        return context;
    }

    /** What is wrong with the routes, in one line; empty if nothing. */
    Optional<String> problem() {
        return problem;
    }

    @Override
    public void close() {
        main.stop();
    }
}
