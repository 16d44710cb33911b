package io.eventdedup.app;

import io.eventdedup.dynamodb.TableException;
import io.eventdedup.key.KeyRulesException;
import java.net.BindException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.main.Main;

/**
 * The route in a Camel Main of its own. It either runs completely or not at all: {@link #start} returns a running
 * application or throws, with everything that it had started stopped again.
 */
public final class DedupApplication implements AutoCloseable {

    private static final String ROUTE_FILE = "routes/dedup.camel.yaml";

    private final Main main;

    private DedupApplication(Main main) {
        this.main = main;
    }

    /**
     * Checks the settings, creates what {@code dedup.create-resources} asks for, and starts the route: the one in the
     * working directory, else the copy in the jar.
     *
     * @param overrides settings that win over the environment and over application.properties
     * @throws ConfigurationException if it cannot start as it is configured
     */
    public static DedupApplication start(Map<String, String> overrides) {
        Settings settings = Settings.load(overrides, System.getenv(), Path.of(""));
        if (settings.createResources()) {
            QueueCreator.createMissing(settings);
        }
        Main main = new Main();
        main.setDefaultPropertyPlaceholderLocation(
                "file:application.properties;optional=true,classpath:application.properties;optional=true");
        settings.values().forEach(main::addOverrideProperty);
        main.configure()
                .withRoutesIncludePattern(
                        Files.exists(Path.of(ROUTE_FILE)) ? "file:routes/*.camel.yaml" : "classpath:" + ROUTE_FILE);
        try {
            main.start();
            return new DedupApplication(main);
        } catch (Exception failure) {
            main.stop();
            throw oneLine(failure);
        }
    }

    /** The running Camel context. */
    public CamelContext camelContext() {
        return main.getCamelContext();
    }

    /** Finishes what is in work, gives the rest back, and stops; within 25 seconds. */
    @Override
    public void close() {
        main.stop();
    }

    /** A wrong configuration shows as one line wherever Camel has wrapped it; any other failure stays as it is. */
    private static RuntimeException oneLine(Exception failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof KeyRulesException || cause instanceof TableException) {
                return new ConfigurationException(cause.getMessage(), failure);
            }
            if (cause instanceof BindException) {
                return new ConfigurationException(
                        "The port of dedup.http.port is taken; give another one, for example DEDUP_HTTP_PORT=8081",
                        failure);
            }
        }
        return failure instanceof RuntimeException unchecked ? unchecked : new IllegalStateException(failure);
    }
}
