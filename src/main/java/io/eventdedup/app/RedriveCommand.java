package io.eventdedup.app;

import io.eventdedup.aws.ClientException;
import io.eventdedup.key.Durations;
import io.eventdedup.route.Settings;
import io.eventdedup.sqs.Redrive;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import software.amazon.awssdk.core.exception.SdkException;

/** The command {@code redrive}: sends dead letters back. */
@Command(
        name = "redrive",
        mixinStandardHelpOptions = true,
        description =
                "Sends dead letters back to the input queue, so that their events are processed again. Events that fail again"
                        + " meanwhile stay in the dead-letter queue.",
        footer =
                "Exit code: 0 success; 1 a dead letter or a call to AWS failed, or a setting is invalid; 2 invalid arguments.")
public final class RedriveCommand implements Callable<Integer> {

    private static final int DONE = 0;
    private static final int FAILED = 1;
    private static final int WRONG_COMMAND_LINE = 2;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--reason",
            paramLabel = "REASON",
            description = "Only dead letters with this dedupReason; --dry-run lists the reasons.")
    private String reason;

    @Option(names = "--max", paramLabel = "N", description = "Send at most N dead letters.")
    private long max = Long.MAX_VALUE;

    @Option(names = "--dry-run", description = "Only count the dead letters. When it ends, all are visible again.")
    private boolean dryRun;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        if (max < 1) {
            err.println("--max is " + max + "; it must be at least 1");
            return WRONG_COMMAND_LINE;
        }
        Settings settings = Settings.load(Map.of(), System.getenv(), Path.of(""));
        UserLibraries.load(Path.of(UserLibraries.FOLDER));
        Instant begin = Instant.now();
        try (BuiltRoutes routes = BuiltRoutes.ofDirectory()) {
            Redrive redrive = AwsClients.sqs(routes.context())
                    .redrive(
                            settings.deadLetterQueue(),
                            settings.inputQueue(),
                            new Redrive.Selection(Optional.ofNullable(reason), max, dryRun),
                            begin);
            boolean done = run(redrive, err);
            print(redrive, settings, begin, out);
            redrive.problems().forEach(err::println);
            return done && redrive.problems().isEmpty() ? DONE : FAILED;
        } catch (SdkException failure) {
            err.println(CheckResult.failed("a call to SQS", failure).text());
            return FAILED;
        } catch (ClientException wrong) {
            err.println(wrong.getMessage());
            return FAILED;
        } finally {
            out.flush();
        }
    }

    /** Returns false if a call failed, which is printed; what was done until then remains done. */
    private boolean run(Redrive redrive, PrintWriter err) {
        try {
            long total = Math.min(max, redrive.waiting());
            Progress progress = new Progress(err);
            redrive.run(done -> progress.show(Math.min(done, total), total, done));
            progress.end(redrive.number());
            return true;
        } catch (Redrive.CallFailedException failure) {
            err.println(
                    CheckResult.failed(failure.getMessage(), failure.getCause()).text());
            return false;
        }
    }

    private void print(Redrive redrive, Settings settings, Instant begin, PrintWriter out) {
        if (!redrive.selected().isEmpty()) {
            out.printf("%-20s%14s  %s%n", "reason", "dead letters", "oldest");
        }
        new TreeMap<>(redrive.selected())
                .forEach((name, letters) -> out.printf(
                        Locale.ROOT,
                        "%-20s%,14d  %s%n",
                        name,
                        letters.number(),
                        age(Duration.between(letters.oldest(), begin))));
        out.printf(
                Locale.ROOT,
                "%s %s: %,d%n",
                dryRun ? "Would be sent back to" : "Sent back to",
                settings.inputQueue(),
                redrive.number());
        if (redrive.others() > 0) {
            out.printf(
                    Locale.ROOT,
                    "Left in %s: %,d with another reason, or written after the start%n",
                    settings.deadLetterQueue(),
                    redrive.others());
        }
    }

    private static String age(Duration age) {
        ChronoUnit unit = Stream.of(ChronoUnit.DAYS, ChronoUnit.HOURS, ChronoUnit.MINUTES)
                .filter(candidate -> age.compareTo(candidate.getDuration()) >= 0)
                .findFirst()
                .orElse(ChronoUnit.SECONDS);
        return Durations.format(age.truncatedTo(unit));
    }
}
