package io.eventdedup.app;

import io.eventdedup.backtest.Backtest;
import io.eventdedup.backtest.HtmlReport;
import io.eventdedup.backtest.Recording;
import io.eventdedup.backtest.TextReport;
import io.eventdedup.key.KeyRules;
import io.eventdedup.key.KeyRulesException;
import io.eventdedup.route.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command {@code backtest}: shows what the rules would do to recorded traffic. Needs no AWS. */
@Command(
        name = "backtest",
        mixinStandardHelpOptions = true,
        description =
                "Shows what the rules would do to recorded traffic: how many events they drop and forward, which rules"
                        + " look too coarse or too fine, and whether the windows are long enough.",
        footer =
                "Exit code: 0 success; 1 with --against, events with different content would newly be dropped, or a setting is"
                        + " invalid; 2 a file cannot be read or contains no event.")
public final class BacktestCommand implements Callable<Integer> {

    private static final int DONE = 0;
    private static final int WOULD_DROP = 1;
    private static final int UNREADABLE = 2;

    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "FILE",
            arity = "1..*",
            description =
                    "Message bodies, or the output of aws sqs receive-message, aws logs or Firehose; may be gzipped;"
                            + " - for standard input.")
    private List<Path> files;

    @Mixin
    private RuleOptions ruleOptions;

    @Option(
            names = "--against",
            paramLabel = "OLD.yaml",
            description = "Also compare with another rule file: which events are newly dropped, which newly forwarded.")
    private String against;

    @Option(
            names = "--html",
            paramLabel = "FILE",
            description =
                    "Also write a page with charts and examples. It contains values of events: store it where these may be.")
    private Path html;

    private final InputStream input;

    public BacktestCommand() {
        this(System.in);
    }

    BacktestCommand(InputStream input) {
        this.input = input;
    }

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        Settings settings = Settings.load(Map.of(), System.getenv(), Path.of(""));
        try {
            KeyRules rules = ruleOptions.load(settings);
            KeyRules old = against == null ? null : ruleOptions.load(against, settings);
            // a third of the memory for the fields of events; rows and reading need another third
            Backtest backtest = new Backtest(rules, old, Runtime.getRuntime().maxMemory() / 3);
            try (Recording recording = Recording.of(files, input)) {
                Progress progress = new Progress(err);
                recording.read(
                        body -> {
                            backtest.add(body);
                            return true;
                        },
                        (done, total) -> progress.show(done, total, backtest.events()));
                progress.end(backtest.events());
                if (backtest.events() == 0) {
                    throw new IllegalArgumentException(noEvent(backtest, recording));
                }
                out.print(TextReport.of(backtest, recording));
                if (html != null) {
                    Files.writeString(html, HtmlReport.of(backtest, recording));
                    out.println();
                    out.println("Page written to " + html);
                }
            }
            return backtest.wouldDropDiffering() ? WOULD_DROP : DONE;
        } catch (KeyRulesException | IllegalArgumentException e) {
            err.println(e.getMessage());
            return UNREADABLE;
        } catch (NoSuchFileException e) {
            err.println(e.getFile() + ": there is no such file");
            return UNREADABLE;
        } catch (IOException e) {
            err.println("cannot read the recording or write the page: " + e);
            return UNREADABLE;
        } catch (OutOfMemoryError e) {
            err.println("the recording has too many different events for "
                    + Runtime.getRuntime().maxMemory() / (1 << 20)
                    + " MB of memory; run java with a larger -Xmx, or split the recording");
            return UNREADABLE;
        } finally {
            out.flush();
        }
    }

    private String noEvent(Backtest backtest, Recording recording) {
        List<String> unusable = TextReport.unusable(backtest, recording);
        return files.stream().map(Path::toString).collect(Collectors.joining(", ")) + ": no event found; "
                + (unusable.isEmpty() ? "the recording is empty" : String.join("; ", unusable));
    }
}
