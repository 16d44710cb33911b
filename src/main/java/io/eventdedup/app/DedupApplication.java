package io.eventdedup.app;

import io.eventdedup.aws.AwsFailure;
import io.eventdedup.key.KeyRules;
import io.eventdedup.page.Page;
import io.eventdedup.route.ConfigurationException;
import io.eventdedup.route.DedupParts;
import io.eventdedup.route.Settings;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.ServerSocket;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ConcurrentModificationException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.camel.CamelContext;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.util.concurrent.CamelThreadFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * The stand-alone application: the route in Camel Main. {@link #start} either returns a running application, or stops everything it
 * has started and throws.
 */
public final class DedupApplication implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DedupApplication.class);

    private static final String FILE = "file:";
    private static final String ROUTE_FILE = "routes/dedup.camel.yaml";

    private static final String PACKAGED_ROUTE = "classpath:META-INF/event-dedup/dedup.camel.yaml";

    private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
    private static final Duration MAX_WAIT = Duration.ofSeconds(4);

    private final Main main;

    private DedupApplication(Main main) {
        this.main = main;
    }

    /**
     * Checks the settings, queues and table, creates those that are missing if {@code dedup.create-resources} is true, and starts
     * the route in the working directory, else the copy in the jar. While DynamoDB or SQS is unreachable it waits; the HTTP server
     * already runs and reports the process as not ready.
     *
     * @param overrides settings that win over the environment and over application.properties
     * @throws ConfigurationException if it cannot start with this configuration
     */
    public static DedupApplication start(Map<String, String> overrides) {
        return start(overrides, routes());
    }

    /** Location of the routes: the working directory, else the jar. */
    static String routes() {
        return Files.exists(Path.of(ROUTE_FILE)) ? FILE + "routes/*.camel.yaml" : PACKAGED_ROUTE;
    }

    static DedupApplication start(Map<String, String> overrides, String routes) {
        Settings settings = Settings.load(overrides, System.getenv(), Path.of(""));
        requireFree(settings.httpPort());
        Main main = main(settings, routes);
        // the check takes about as long as the start of Camel, so they run in parallel
        CompletableFuture<CamelContext> configured = new CompletableFuture<>();
        main.addMainListener(new MainListenerSupport() {
            @Override
            public void afterConfigure(BaseMainSupport configuring) {
                AwsClients.makeComponents(configuring.getCamelContext());
                configured.complete(configuring.getCamelContext());
            }
        });
        CompletableFuture<Void> firstCheck = configured.thenCompose(context -> createAndCheck(settings, context));
        try {
            main.start();
            Page.open(main.getCamelContext(), EventDedup.version());
            startRoutes(main, settings, firstCheck);
            LOG.info(
                    "Event Dedup {} started: events from {} to {}, dead letters to {}, keys in table {}, {} rules from {},"
                            + " port {}; {}",
                    EventDedup.version(),
                    settings.inputQueue(),
                    settings.outputQueue(),
                    settings.deadLetterQueue(),
                    settings.table(),
                    DedupParts.of(main.getCamelContext()).rules().size(),
                    KeyRules.location(settings.keys()),
                    settings.httpPort(),
                    java());
            return new DedupApplication(main);
        } catch (Exception | LinkageError failure) {
            main.stop();
            throw StartFailure.of(failure, routeFiles(routes));
        }
    }

    /** Which Java, how many CPUs it sees, and what it was told. */
    private static String java() {
        String options = ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> option.startsWith("-X"))
                .collect(Collectors.joining(" "));
        return "Java %d, %d CPUs, %s"
                .formatted(
                        Runtime.version().feature(),
                        Runtime.getRuntime().availableProcessors(),
                        options.isEmpty() ? "no options" : options);
    }

    static List<Path> routeFiles(String routes) {
        if (!routes.startsWith(FILE)) {
            return List.of();
        }
        Path directory = Path.of(routes.substring(FILE.length())).getParent();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.camel.yaml")) {
            return StreamSupport.stream(files.spliterator(), false).sorted().toList();
        } catch (IOException unreadable) {
            return List.of();
        }
    }

    /**
     * Builds the routes without starting them.
     *
     * @param routes location, in the format of Camel's routesIncludePattern
     * @return what is wrong with them, in one line; empty if nothing
     */
    public static Optional<String> problemOf(Map<String, String> overrides, String routes) {
        try (BuiltRoutes built = BuiltRoutes.of(overrides, routes)) {
            return built.problem();
        }
    }

    static Main main(Settings settings, String routes) {
        Main main = new MainWithThreadClassLoader();
        main.setDefaultPropertyPlaceholderLocation("classpath:META-INF/event-dedup/application.properties");
        settings.forCamel().forEach(main::addOverrideProperty);
        main.configure().withAutoStartup(false).withSourceLocationEnabled(true).withRoutesIncludePattern(routes);
        return main;
    }

    private static CompletableFuture<Void> createAndCheck(Settings settings, CamelContext context) {
        return inBackground(() -> {
            if (settings.createResources()) {
                Installation.create(settings, context);
            }
            Installation.requireUsable(settings, context);
        });
    }

    /** On a new thread that inherits the class loader, by which the AWS SDK finds its modules. */
    private static CompletableFuture<Void> inBackground(Runnable task) {
        return CompletableFuture.runAsync(task, work -> new CamelThreadFactory("#name#", "dedup-check", true)
                .newThread(work)
                .start());
    }

    /** If the port is taken, Camel would only log it and run without health and metrics. */
    private static void requireFree(int port) {
        try (ServerSocket socket = new ServerSocket(port)) {
            LOG.debug("Port {} is free", socket.getLocalPort());
        } catch (IOException taken) {
            throw new ConfigurationException(
                    "Port " + port + " (dedup.http.port) is taken; set another one, for example DEDUP_HTTP_PORT=8081",
                    taken);
        }
    }

    /**
     * Starts the routes once the services respond. Until then the gate is closed, so the process is live but not ready.
     *
     * @throws ConfigurationException if the check finds a problem
     */
    private static void startRoutes(Main main, Settings settings, CompletableFuture<Void> firstCheck) throws Exception {
        CamelContext context = main.getCamelContext();
        // the clients that endpoints name are known only after the routes are built
        CompletableFuture<Void> check =
                AwsClients.sqs(context).hasNamedClients() ? createAndCheck(settings, context) : firstCheck;
        Duration wait = FIRST_WAIT;
        while (main.getShutdownStrategy().isRunAllowed()) {
            try {
                check.join();
                waitsFor(context, null);
                context.getRouteController().startAllRoutes();
                return;
            } catch (Exception failure) {
                if (isStartRace(failure)) {
                    check = createAndCheck(settings, context);
                    continue;
                }
                SdkException unreachable = passingFailure(failure).orElseThrow(() -> failure);
                String reason = CheckResult.failed("AWS", unreachable).text();
                LOG.warn("Waiting for AWS: {}", reason);
                waitsFor(context, reason);
                main.getShutdownStrategy().await(wait.toMillis(), TimeUnit.MILLISECONDS);
                wait = wait.compareTo(MAX_WAIT) < 0 ? wait.multipliedBy(2) : MAX_WAIT;
                check = createAndCheck(settings, context);
            }
        }
        throw new ConfigurationException("Stopped while waiting for AWS");
    }

    /** The first check reads Camel's registry while the starting context may still bind beans. */
    private static boolean isStartRace(Throwable failure) {
        return StartFailure.causes(failure).anyMatch(ConcurrentModificationException.class::isInstance);
    }

    private static void waitsFor(CamelContext context, String reason) {
        DedupParts.of(context).monitor().ifPresent(monitor -> monitor.waitsFor(reason));
    }

    private static Optional<SdkException> passingFailure(Throwable failure) {
        return StartFailure.causes(failure)
                .filter(SdkException.class::isInstance)
                .map(SdkException.class::cast)
                .filter(cause -> AwsFailure.of(cause).isTemporary())
                .findFirst();
    }

    /** Uses the thread's class loader, which includes the jars in {@code lib/}, as Camel's. */
    private static final class MainWithThreadClassLoader extends Main {

        @Override
        protected CamelContext createCamelContext() {
            CamelContext context = super.createCamelContext();
            context.setApplicationContextClassLoader(Thread.currentThread().getContextClassLoader());
            return context;
        }
    }

    public CamelContext camelContext() {
        return main.getCamelContext();
    }

    /** Finishes messages in flight, returns the others to the queue, and stops, within 25 seconds. */
    @Override
    public void close() {
        LOG.info("Stopping: finishing messages in flight, returning the others to the queue");
        main.stop();
        LOG.info("Stopped");
    }
}
