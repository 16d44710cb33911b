package io.eventdedup.app;

import io.eventdedup.dynamodb.TableException;
import io.eventdedup.key.KeyRulesException;
import io.eventdedup.route.ConfigurationException;
import io.eventdedup.route.DedupParts;
import io.eventdedup.route.Settings;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.main.Main;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * The route in a Camel Main of its own. It either runs completely or not at all: {@link #start} returns a running
 * application or throws, with everything that it had started stopped again.
 */
public final class DedupApplication implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DedupApplication.class);

    private static final String ROUTE_FILE = "routes/dedup.camel.yaml";

    private static final String PACKAGED_ROUTE = "classpath:META-INF/event-dedup/dedup.camel.yaml";

    private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(4);

    private final Main main;

    private DedupApplication(Main main) {
        this.main = main;
    }

    /**
     * Checks the settings and the installation, creates what {@code dedup.create-resources} asks for, and starts the
     * route: the one in the working directory, else the copy in the jar. While DynamoDB or SQS cannot be reached it waits;
     * the HTTP server runs by then, and says that the process is not ready.
     *
     * @param overrides settings that win over the environment and over application.properties
     * @throws ConfigurationException if it cannot start as it is configured
     */
    public static DedupApplication start(Map<String, String> overrides) {
        Settings settings = Settings.load(overrides, System.getenv(), Path.of(""));
        Installation.requireRegion();
        requireFree(settings.httpPort());
        // to look takes as long as Camel takes to start, so both at once
        CompletableFuture<Void> firstLook =
                createEarly(settings) ? atOnce(() -> Installation.requireUsable(settings)) : look(settings);
        Main main = new Main();
        main.setDefaultPropertyPlaceholderLocation(
                "file:application.properties;optional=true,classpath:META-INF/event-dedup/application.properties");
        settings.values().forEach(main::addOverrideProperty);
        main.configure()
                .withAutoStartup(false)
                .withRoutesIncludePattern(
                        Files.exists(Path.of(ROUTE_FILE)) ? "file:routes/*.camel.yaml" : PACKAGED_ROUTE);
        try {
            main.start();
            startRoutes(main, settings, firstLook);
            LOG.info(
                    "Started: events from {} to {}, dead letters to {}, keys in {}",
                    settings.inputQueue(),
                    settings.outputQueue(),
                    settings.deadLetterQueue(),
                    settings.table());
            return new DedupApplication(main);
        } catch (Exception failure) {
            main.stop();
            throw oneLine(failure);
        }
    }

    /** The repository looks at its table as soon as Camel starts. False: what cannot be reached yet is created later. */
    private static boolean createEarly(Settings settings) {
        try {
            createIfAsked(settings);
            return true;
        } catch (SdkException failure) {
            if (!AwsFailure.of(failure).passes()) {
                throw oneLine(failure);
            }
            return false;
        }
    }

    private static void createIfAsked(Settings settings) {
        if (settings.createResources()) {
            Installation.create(settings);
        }
    }

    private static CompletableFuture<Void> look(Settings settings) {
        return atOnce(() -> {
            createIfAsked(settings);
            Installation.requireUsable(settings);
        });
    }

    /** In a thread of its own, since the AWS SDK finds its parts by the class loader of the thread. */
    private static CompletableFuture<Void> atOnce(Runnable task) {
        return CompletableFuture.runAsync(task, work -> {
            Thread thread = new Thread(work, "dedup-check");
            thread.setDaemon(true);
            thread.start();
        });
    }

    /** Camel only logs it when the port of its HTTP server is taken, and runs without health and metrics. */
    private static void requireFree(int port) {
        try (ServerSocket socket = new ServerSocket(port)) {
            LOG.debug("Port {} is free", socket.getLocalPort());
        } catch (IOException taken) {
            throw new ConfigurationException(
                    "Port " + port + " (dedup.http.port) is taken; give another one, for example DEDUP_HTTP_PORT=8081",
                    taken);
        }
    }

    /**
     * Starts the routes once the services answer. Until then the gate is closed, so the process is alive but not ready.
     *
     * @throws ConfigurationException if a service answers that it cannot be used like this
     */
    private static void startRoutes(Main main, Settings settings, CompletableFuture<Void> firstLook) throws Exception {
        CamelContext context = main.getCamelContext();
        CompletableFuture<Void> look = firstLook;
        Duration wait = FIRST_WAIT;
        while (main.getShutdownStrategy().isRunAllowed()) {
            try {
                look.join();
                waitsFor(context, null);
                context.getRouteController().startAllRoutes();
                return;
            } catch (Exception failure) {
                SdkException unreachable = passingFailure(failure).orElseThrow(() -> failure);
                String reason = CheckResult.failed("AWS", unreachable).text();
                LOG.warn("Waiting for AWS: {}", reason);
                waitsFor(context, reason);
                main.getShutdownStrategy().await(wait.toMillis(), TimeUnit.MILLISECONDS);
                wait = wait.compareTo(LONGEST_WAIT) < 0 ? wait.multipliedBy(2) : LONGEST_WAIT;
                look = look(settings);
            }
        }
        throw new ConfigurationException("Told to stop while waiting for AWS");
    }

    private static void waitsFor(CamelContext context, String reason) {
        DedupParts.of(context).monitor().ifPresent(monitor -> monitor.waitsFor(reason));
    }

    private static Optional<SdkException> passingFailure(Throwable failure) {
        return causes(failure)
                .filter(SdkException.class::isInstance)
                .map(SdkException.class::cast)
                .filter(cause -> AwsFailure.of(cause).passes())
                .findFirst();
    }

    private static Stream<Throwable> causes(Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause);
    }

    /** The running Camel context. */
    public CamelContext camelContext() {
        return main.getCamelContext();
    }

    /** Finishes what is in work, gives the rest back, and stops; within 25 seconds. */
    @Override
    public void close() {
        LOG.info("Stopping: what is in work is finished, the rest goes back to the queue");
        main.stop();
        LOG.info("Stopped");
    }

    /** Every failure to start is one line, wherever Camel has wrapped its cause. */
    private static RuntimeException oneLine(Exception failure) {
        Optional<Throwable> told = causes(failure)
                .filter(cause -> cause instanceof ConfigurationException
                        || cause instanceof KeyRulesException
                        || cause instanceof TableException)
                .findFirst();
        if (told.isPresent()) {
            return new ConfigurationException(told.get().getMessage(), failure);
        }
        Optional<SdkException> unusable = causes(failure)
                .filter(SdkException.class::isInstance)
                .map(SdkException.class::cast)
                .findFirst();
        if (unusable.isPresent()) {
            return new ConfigurationException(
                    CheckResult.failed("A call to AWS", unusable.get()).text(), failure);
        }
        LOG.debug("Cannot start", failure);
        String said = String.valueOf(failure.getMessage()).replaceAll("\\s+", " ");
        return new ConfigurationException("Cannot start: " + said + " (DEDUP_LOG_LEVEL=DEBUG shows more)", failure);
    }
}
