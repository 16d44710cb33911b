package io.eventdedup.app;

import io.eventdedup.dynamodb.ClaimTable;
import io.eventdedup.key.EventSplitter;
import io.eventdedup.key.IncomingEvent;
import io.eventdedup.key.KeyExplanation;
import io.eventdedup.key.KeyRules;
import io.eventdedup.key.KeyRulesException;
import io.eventdedup.key.UnusableReason;
import io.eventdedup.key.UsableEvent;
import io.eventdedup.route.Settings;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** Shows why two events are, or are not, the same, and whether one was seen. Needs AWS for the last alone. */
@Command(
        name = "key",
        description =
                "Shows the key of an event and how it came about. With two files: whether they are the same event.",
        mixinStandardHelpOptions = true,
        footer = "Exit code: 0 done, or the same event; 1 two different events, or a setting is wrong;"
                + " 2 something could not be read.")
public final class KeyCommand implements Callable<Integer> {

    private static final int DONE = 0;
    private static final int DIFFERENT = 1;
    private static final int UNREADABLE = 2;
    private static final Path STANDARD_INPUT = Path.of("-");

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "A message body; - for standard input.")
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

    private final Map<Path, String> bodies = new HashMap<>();
    private final EventSplitter splitter = new EventSplitter();
    private final InputStream input;

    public KeyCommand() {
        this(System.in);
    }

    KeyCommand(InputStream input) {
        this.input = input;
    }

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        try {
            if (lines != files.isEmpty()) {
                throw new IllegalArgumentException("give one FILE, or two to compare, or --lines and no FILE");
            }
            if (lookup && files.size() != 1) {
                throw new IllegalArgumentException("--lookup takes one FILE");
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
            int exitCode = files.size() == 2 ? compare(explanation, out) : explain(explanation, out);
            if (lookup) {
                lookUp(settings, rules, out);
            }
            return exitCode;
        } catch (KeyRulesException | IllegalArgumentException | UnreadableFileException e) {
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
            String body = read(file);
            out.println(explanation.explain(body));
            usable &= splitter.split(body).stream().allMatch(UsableEvent.class::isInstance);
        }
        return usable ? DONE : UNREADABLE;
    }

    private void lookUp(Settings settings, KeyRules rules, PrintWriter out) {
        try (DynamoDbClient dynamoDb = DynamoDbClient.create()) {
            KeyLookup table =
                    new KeyLookup(new ClaimTable(dynamoDb, settings.table()), settings.lease(), Clock.systemUTC());
            for (IncomingEvent incoming : splitter.split(read(files.get(0)))) {
                if (incoming instanceof UsableEvent event) {
                    String hash = rules.keyOf(event).hash();
                    out.println(hash.substring(0, 8) + " in " + settings.table() + ": " + table.describe(hash));
                }
            }
        }
    }

    private int compare(KeyExplanation explanation, PrintWriter out) {
        List<UsableEvent> events = files.stream()
                .map(file -> explanation.only(file.toString(), read(file)))
                .toList();
        KeyExplanation.Comparison comparison = explanation.compare(events.get(0), events.get(1));
        out.print(comparison.text());
        return comparison.same() ? DONE : DIFFERENT;
    }

    private void printLines(KeyExplanation explanation, PrintWriter out) throws IOException {
        InputStream in = new BufferedInputStream(input);
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0 || line.size() > 0; b = in.read()) {
            if (b >= 0 && b != '\n') {
                line.write(b);
            } else {
                lines(explanation, line.toByteArray()).forEach(out::println);
                line.reset();
            }
        }
    }

    private static List<String> lines(KeyExplanation explanation, byte[] body) {
        try {
            return explanation.lines(decode(body));
        } catch (CharacterCodingException e) {
            return List.of(KeyExplanation.line(UnusableReason.INVALID_JSON, "not UTF-8"));
        }
    }

    /** Reads a file once: standard input cannot be read again. */
    private String read(Path file) {
        return bodies.computeIfAbsent(file, this::readOnce);
    }

    private String readOnce(Path file) {
        try {
            return decode(file.equals(STANDARD_INPUT) ? input.readAllBytes() : Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            throw new UnreadableFileException(file + ": there is no such file");
        } catch (CharacterCodingException e) {
            throw new UnreadableFileException(file + ": not UTF-8");
        } catch (IOException e) {
            throw new UnreadableFileException(file + ": cannot be read: " + e);
        }
    }

    /** Strict, as the events are: a character that is replaced in silence would make another key. */
    private static String decode(byte[] bytes) throws CharacterCodingException {
        return StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes))
                .toString();
    }

    private static final class UnreadableFileException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        UnreadableFileException(String message) {
            super(message);
        }
    }
}
