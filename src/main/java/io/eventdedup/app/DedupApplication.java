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
 * The route in a Camel Main of its own. It either runs completely or not at all: {@link #start} returns a running
 * application or throws, with everything that it had started stopped again.
 */
public final class DedupApplication implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DedupApplication.class);

    private static final String FILE = "file:";
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
        return start(overrides, routes());
    }

    /** Where the routes are: in the working directory, else in the jar. */
    static String routes() {
        return Files.exists(Path.of(ROUTE_FILE)) ? FILE + "routes/*.camel.yaml" : PACKAGED_ROUTE;
    }

    static DedupApplication start(Map<String, String> overrides, String routes) {
        Settings settings = Settings.load(overrides, System.getenv(), Path.of(""));
        requireFree(settings.httpPort());
        Main main = main(settings, routes);
        // to look takes as long as Camel takes to start, so both at once
        CompletableFuture<CamelContext> configured = new CompletableFuture<>();
        main.addMainListener(new MainListenerSupport() {
            @Override
            public void afterConfigure(BaseMainSupport configuring) {
                AwsClients.makeComponents(configuring.getCamelContext());
                configured.complete(configuring.getCamelContext());
            }
        });
        CompletableFuture<Void> firstLook = configured.thenCompose(context -> createAndCheck(settings, context));
        try {
            main.start();
            Page.open(main.getCamelContext(), EventDedup.version());
            startRoutes(main, settings, firstLook);
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
     * Builds the routes as a start does, without starting them.
     *
     * @param routes where they are, as Camel's routesIncludePattern takes it
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

    /** In a thread of its own, since the AWS SDK finds its parts by the class loader of the thread. */
    private static CompletableFuture<Void> inBackground(Runnable task) {
        return CompletableFuture.runAsync(task, work -> new CamelThreadFactory("#name#", "dedup-check", true)
                .newThread(work)
                .start());
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
        // the clients that single endpoints name are known only now
        CompletableFuture<Void> look =
                AwsClients.sqs(context).hasNamedClients() ? createAndCheck(settings, context) : firstLook;
        Duration wait = FIRST_WAIT;
        while (main.getShutdownStrategy().isRunAllowed()) {
            try {
                look.join();
                waitsFor(context, null);
                context.getRouteController().startAllRoutes();
                return;
            } catch (Exception failure) {
                if (metAStartingContext(failure)) {
                    look = createAndCheck(settings, context);
                    continue;
                }
                SdkException unreachable = passingFailure(failure).orElseThrow(() -> failure);
                String reason = CheckResult.failed("AWS", unreachable).text();
                LOG.warn("Waiting for AWS: {}", reason);
                waitsFor(context, reason);
                main.getShutdownStrategy().await(wait.toMillis(), TimeUnit.MILLISECONDS);
                wait = wait.compareTo(LONGEST_WAIT) < 0 ? wait.multipliedBy(2) : LONGEST_WAIT;
                look = createAndCheck(settings, context);
            }
        }
        throw new ConfigurationException("Told to stop while waiting for AWS");
    }

    /** The first look goes through Camel's registry while the context that starts may still bind beans. */
    private static boolean metAStartingContext(Throwable failure) {
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

    /** Camel finds what this jar and the user's own bring by the class loader that has them. */
    private static final class MainWithThreadClassLoader extends Main {

        @Override
        protected CamelContext createCamelContext() {
            CamelContext context = super.createCamelContext();
            context.setApplicationContextClassLoader(Thread.currentThread().getContextClassLoader());
            return context;
        }
    }

    /** The running Camel context. */
    public CamelContext camelContext() {
        return main.getCamelContext();
    }

    /** Finishes what is in flight, gives the rest back, and stops; within 25 seconds. */
    @Override
    public void close() {
        LOG.info("Stopping: what is in flight is finished, the rest goes back to the queue");
        main.stop();
        LOG.info("Stopped");
    }
}
