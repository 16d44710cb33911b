package io.eventdedup.app;

import io.eventdedup.route.ConfigurationException;
import io.eventdedup.route.Settings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParseResult;

/** The command line: {@code run} (also without a command), {@code check}, {@code key}, {@code backtest} and {@code redrive}. */
@Command(
        name = "event-dedup",
        description = "Takes Genesys Cloud events from one SQS queue and sends each one to another queue once.",
        mixinStandardHelpOptions = true,
        scope = CommandLine.ScopeType.INHERIT,
        versionProvider = EventDedup.Version.class,
        subcommands = {
            EventDedup.Run.class,
            EventDedup.Check.class,
            KeyCommand.class,
            BacktestCommand.class,
            RedriveCommand.class
        })
public final class EventDedup implements Callable<Integer> {

    /** Where Logback finds its configuration (Logback manual, chapter 3). */
    private static final String LOGGING = "logback.configurationFile";

    private EventDedup() {}

    /** Exits with the command's code: 0 for success, 1 for a failure that one line explains, 2 for a wrong command line. */
    public static void main(String[] arguments) {
        configureLogging();
        int exitCode = commandLine().execute(arguments);
        if (exitCode != 0) {
            System.exit(exitCode);
        }
    }

    /** Before the first logger. Not at the jar's root, where an application that has this jar would find it. */
    private static void configureLogging() {
        if (System.getProperty(LOGGING) == null) {
            System.setProperty(LOGGING, "META-INF/event-dedup/logback.xml");
        }
    }

    static CommandLine commandLine() {
        return new CommandLine(new EventDedup()).setExecutionExceptionHandler(EventDedup::explain);
    }

    private static int explain(Exception failure, CommandLine commandLine, ParseResult arguments) throws Exception {
        if (failure instanceof ConfigurationException) {
            commandLine.getErr().println(failure.getMessage());
            return 1;
        }
        throw failure;
    }

    /** Without a command the route runs. */
    @Override
    public Integer call() throws Exception {
        return new Run().call();
    }

    @Command(name = "run", description = "Runs the route until it is told to stop (the default).")
    static final class Run implements Callable<Integer> {

        @Override
        public Integer call() throws InterruptedException {
            UserLibraries.load(Path.of(UserLibraries.FOLDER));
            DedupApplication application = DedupApplication.start(Map.of());
            CountDownLatch stopped = new CountDownLatch(1);
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(
                            () -> {
                                application.close();
                                stopped.countDown();
                            },
                            "dedup-shutdown"));
            stopped.await();
            return 0;
        }
    }

    @Command(
            name = "check",
            description =
                    "Looks at the rules, the route, CPUs and memory, the queues, the table and the permissions; says how to fix what"
                            + " is wrong. Changes nothing.")
    static final class Check implements Callable<Integer> {

        @Override
        public Integer call() {
            UserLibraries.load(Path.of(UserLibraries.FOLDER));
            Settings settings = Settings.load(Map.of(), System.getenv(), Path.of(""));
            List<CheckResult> results = new ArrayList<>();
            try (BuiltRoutes routes = BuiltRoutes.ofDirectory()) {
                results.addAll(FileCheck.run(settings, routes));
                results.addAll(MachineCheck.ofThisProcess().run(settings));
                results.addAll(Installation.check(settings, routes.context()));
            }
            results.forEach(System.out::println);
            return results.stream().anyMatch(CheckResult::isWrong) ? 1 : 0;
        }
    }

    /** The version that the build wrote into the jar. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"event-dedup " + version()};
        }
    }

    /** The version, where the program runs from its jar. */
    static String version() {
        String version = EventDedup.class.getPackage().getImplementationVersion();
        return version == null ? "(not from a jar)" : version;
    }
}
