package io.eventdedup.app;

import io.eventdedup.aws.ClientException;
import io.eventdedup.aws.FoundClient;
import io.eventdedup.backtest.Recording;
import io.eventdedup.claim.KeyState;
import io.eventdedup.claim.ShortKey;
import io.eventdedup.dynamodb.ClaimTable;
import io.eventdedup.json.JsonException;
import io.eventdedup.json.JsonReader;
import io.eventdedup.json.TextFile;
import io.eventdedup.key.IncomingEvent;
import io.eventdedup.key.KeyExplanation;
import io.eventdedup.key.KeyRules;
import io.eventdedup.key.KeyRulesException;
import io.eventdedup.key.UnusableEvent;
import io.eventdedup.key.UnusableReason;
import io.eventdedup.key.UsableEvent;
import io.eventdedup.route.Settings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** Shows why two events are, or are not, the same, whether one was seen, and forgets it. Needs AWS for the last two alone. */
@Command(
        name = "key",
        description =
                "Shows the key of an event and how it came about. With two files: whether they are the same event. With"
                        + " --lookup or --forget: whether it was seen, or makes it new again.",
        mixinStandardHelpOptions = true,
        footer =
                "Exit code: 0 done, or the same event; 1 two different events, a key that was not forgotten, or a setting"
                        + " is wrong; 2 something could not be read.")
public final class KeyCommand implements Callable<Integer> {

    private static final int DONE = 0;
    private static final int DIFFERENT = 1;
    private static final int UNREADABLE = 2;
    private static final Path STANDARD_INPUT = Path.of("-");
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "FILE",
            description =
                    "A message body; - for standard input. For --lookup and --forget also a key: the HASH itself.")
    private List<Path> files = List.of();

    @Option(
            names = "--lines",
            description =
                    "Read message bodies as JSON Lines on standard input; print for each event"
                            + " HASH TAB RULE TAB WINDOW-IN-SECONDS TAB FALLBACK (fallback or nothing), or - TAB REASON TAB MESSAGE.")
    private boolean lines;

    @Mixin
    private RuleOptions ruleOptions;

    @Option(
            names = "--lookup",
            description = "Also look in the table of dedup.table whether the event was seen. Needs AWS.")
    private boolean lookup;

    @Option(
            names = "--forget",
            description =
                    "Show what the table says and, if you agree, make the event new again: the next one with its key is"
                            + " forwarded. Needs AWS.")
    private boolean forget;

    @Option(names = "--yes", description = "Forget without asking.")
    private boolean yes;

    private final Map<Path, List<Found>> found = new HashMap<>();
    private final InputStream input;
    private final Optional<UnaryOperator<String>> terminal;

    public KeyCommand() {
        this(
                System.in,
                Progress.isTerminal()
                        ? Optional.of(question -> System.console().readLine("%s", question))
                        : Optional.empty());
    }

    /** @param terminal answers questions; empty if nobody is there */
    KeyCommand(InputStream input, Optional<UnaryOperator<String>> terminal) {
        this.input = input;
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        try {
            if (lines != files.isEmpty()) {
                throw new IllegalArgumentException("give one FILE, or two to compare, or --lines and no FILE");
            }
            if ((lookup || forget) && files.size() != 1) {
                throw new IllegalArgumentException("--lookup and --forget take one FILE or HASH");
            }
            if (forget && !yes && terminal.isEmpty()) {
                throw new IllegalArgumentException(
                        "--forget asks first, and there is no terminal; add --yes to do it unasked");
            }
            if (files.stream().filter(STANDARD_INPUT::equals).count() > 1) {
                throw new IllegalArgumentException("standard input can be only one FILE");
            }
            Settings settings = Settings.load(Map.of(), System.getenv(), Path.of(""));
            KeyRules rules = ruleOptions.load(settings);
            KeyExplanation explanation = new KeyExplanation(rules);
            if (lines) {
                printLines(explanation, out);
                return DONE;
            }
            if (!lookup && !forget) {
                return files.size() == 2 ? compare(explanation, out) : explain(explanation, out);
            }
            String argument = files.get(0).toString();
            if (HASH.matcher(argument).matches()) {
                return askTable(settings, List.of(argument), out);
            }
            int exitCode = explain(explanation, out);
            return Math.max(exitCode, askTable(settings, keys(files.get(0), rules), out));
        } catch (KeyRulesException | IllegalArgumentException | UnreadableFileException | ClientException e) {
            spec.commandLine().getErr().println(e.getMessage());
            return UNREADABLE;
        } catch (SdkException e) {
            spec.commandLine()
                    .getErr()
                    .println(CheckResult.failed("a call to DynamoDB", e).text());
            return UNREADABLE;
        } finally {
            out.flush();
        }
    }

    private int explain(KeyExplanation explanation, PrintWriter out) {
        boolean usable = true;
        for (Path file : files) {
            if (files.size() > 1) {
                out.println(file);
            }
            for (Found found : read(file)) {
                out.println(
                        found.event() instanceof UnusableEvent ? found.problem() : explanation.explain(found.event()));
                usable &= found.event() instanceof UsableEvent;
            }
        }
        return usable ? DONE : UNREADABLE;
    }

    private List<String> keys(Path file, KeyRules rules) {
        return read(file).stream()
                .map(Found::event)
                .filter(UsableEvent.class::isInstance)
                .map(event -> rules.keyOf((UsableEvent) event).hash())
                .toList();
    }

    private int askTable(Settings settings, List<String> keys, PrintWriter out) {
        boolean done = true;
        UserLibraries.load(Path.of(UserLibraries.FOLDER));
        try (BuiltRoutes routes = BuiltRoutes.readFromDirectory();
                FoundClient<DynamoDbClient> dynamoDb = AwsClients.dynamoDb(routes.context())) {
            ClaimTable table = new ClaimTable(dynamoDb.client(), settings.table());
            KeyLookup lookup = new KeyLookup(settings.lease(), Clock.systemUTC());
            for (String key : keys) {
                String rowKey = settings.keyPrefix() + key;
                Optional<KeyState> row = table.find(rowKey);
                out.println(ShortKey.of(key) + " in " + settings.table() + ": " + lookup.describe(row));
                out.flush();
                done &= !forget || forget(table, rowKey, row, out);
            }
        }
        return done ? DONE : DIFFERENT;
    }

    /** True if the key is new now. */
    private boolean forget(ClaimTable table, String key, Optional<KeyState> row, PrintWriter out) {
        if (row.isEmpty()) {
            out.println("There is nothing to forget.");
            return true;
        }
        boolean inProgress = row.get() instanceof KeyState.InProgress;
        if (!inProgress
                && !yes
                && !isYes(terminal.orElseThrow().apply("Forget it, and forward the next copy? [y/N] "))) {
            out.println("It is kept.");
            return false;
        }
        boolean forgotten = !inProgress && table.forget(key);
        out.println(
                forgotten
                        ? "It is forgotten: the next event with this key is new, in a minute also for processes that run now."
                        : "It is not forgotten, since a delivery works on it. Ask again when that has ended.");
        return forgotten;
    }

    private static boolean isYes(String answer) {
        return answer != null && List.of("y", "yes").contains(answer.strip().toLowerCase(Locale.ROOT));
    }

    private int compare(KeyExplanation explanation, PrintWriter out) {
        KeyExplanation.Comparison comparison = explanation.compare(only(files.get(0)), only(files.get(1)));
        out.print(comparison.text());
        return comparison.same() ? DONE : DIFFERENT;
    }

    private UsableEvent only(Path file) {
        List<Found> found = read(file);
        if (found.size() > 1) {
            throw new UnreadableFileException(file + ": holds " + found.size() + " events, not one");
        }
        if (found.get(0).event() instanceof UsableEvent event) {
            return event;
        }
        throw new UnreadableFileException(found.get(0).problem());
    }

    /** A line of output for each event, and for each line without one. */
    private void printLines(KeyExplanation explanation, PrintWriter out) throws IOException {
        Charset bytesAsCharacters = StandardCharsets.ISO_8859_1;
        BufferedReader in = new BufferedReader(new InputStreamReader(TextFile.utf8(input), bytesAsCharacters));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            List<IncomingEvent> events = Recording.eventsIn(line.getBytes(bytesAsCharacters));
            events.forEach(event -> out.println(explanation.line(event)));
            if (events.isEmpty()) {
                out.println(KeyExplanation.line(UnusableReason.INVALID_JSON, "the body is empty"));
            }
        }
    }

    /** What a file holds, and in which line it begins. */
    private record Found(IncomingEvent event, Path file, long line) {

        /** Why it is no event: the file, the line, and what stands there instead of JSON. */
        String problem() {
            String text = event.text();
            try {
                new JsonReader(text).document();
            } catch (JsonException noJson) {
                if (!noJson.isTooDeep()) {
                    long before = text.substring(0, noJson.position())
                            .chars()
                            .filter(c -> c == '\n')
                            .count();
                    String rest = text.substring(noJson.position())
                            .strip()
                            .lines()
                            .findFirst()
                            .orElse("");
                    return file + ":" + (line + before) + ": " + event
                            + (rest.isEmpty() ? "" : ", found: %.20s".formatted(rest));
                }
            }
            return file + ":" + line + ": " + event;
        }
    }

    /** Reads a file once: standard input cannot be read again. */
    private List<Found> read(Path file) {
        return found.computeIfAbsent(file, this::readOnce);
    }

    private List<Found> readOnce(Path file) {
        List<Found> all = new ArrayList<>();
        try (Recording recording = Recording.of(List.of(file), input)) {
            recording.read(
                    body -> {
                        body.events().forEach(event -> all.add(new Found(event, file, body.line())));
                        return true;
                    },
                    (done, total) -> {});
        } catch (NoSuchFileException e) {
            throw new UnreadableFileException(file + ": there is no such file");
        } catch (IOException e) {
            throw new UnreadableFileException(file + ": cannot be read: " + e);
        }
        if (all.isEmpty()) {
            throw new UnreadableFileException(file + ": is empty");
        }
        return all;
    }

    private static final class UnreadableFileException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        UnreadableFileException(String message) {
            super(message);
        }
    }
}
