package io.eventdedup.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands in keys.md and backtest.md print what the pages show, in a directory with the contents of a clone after a build. */
class DocumentedCommandsIT {

    private static final Pattern BLOCK = Pattern.compile("```\n(\\$ .*?)```", Pattern.DOTALL);

    /** Needs AWS, a recording of the user, or Python. */
    private static final Pattern NOT_HERE = Pattern.compile("\\baws |recorded/|python3 ");

    @TempDir
    Path directory;

    private static final List<String> OF_THE_CLONE = List.of("src", "routes", "target");

    private record Command(String text, String output) {}

    @BeforeEach
    void link() throws IOException {
        for (String part : OF_THE_CLONE) {
            Files.createSymbolicLink(directory.resolve(part), Path.of(part).toAbsolutePath());
        }
    }

    @AfterEach
    void unlink() throws IOException {
        for (String part : OF_THE_CLONE) {
            Files.delete(directory.resolve(part));
        }
    }

    @Test
    void theyPrintWhatTheyArePromisedTo() throws Exception {
        String pages =
                Files.readString(Path.of("src/docs/keys.md")) + Files.readString(Path.of("src/docs/backtest.md"));
        List<Command> commands = commands(pages).stream()
                .filter(command -> !NOT_HERE.matcher(command.text()).find())
                .toList();
        assertThat(commands).hasSizeGreaterThan(5);

        // one shell for all commands, so that one can print the exit code of another
        String script = commands.stream()
                .map(command -> command.text() + "\nresult=$?; printf '\\0'; (exit $result)")
                .collect(Collectors.joining("\n"));
        String[] outputs = run(script).split("\0");

        assertThat(outputs).hasSize(commands.size());
        for (int i = 0; i < outputs.length; i++) {
            assertThat(outputs[i])
                    .as(commands.get(i).text())
                    .matches(pattern(commands.get(i).output()));
        }
    }

    /** A command is a line that begins with a dollar sign, and those after it until the shell finds it complete. */
    private static List<Command> commands(String page) throws Exception {
        List<Command> commands = new ArrayList<>();
        for (String block :
                BLOCK.matcher(page).results().map(found -> found.group(1)).toList()) {
            for (String part : block.substring(2).split("\n\\$ ")) {
                List<String> lines = Arrays.asList(part.split("\n"));
                int end = 1;
                while (end < lines.size() && !isComplete(String.join("\n", lines.subList(0, end)))) {
                    end++;
                }
                commands.add(new Command(
                        String.join("\n", lines.subList(0, end)), String.join("\n", lines.subList(end, lines.size()))));
            }
        }
        return commands;
    }

    private static boolean isComplete(String command) throws Exception {
        return !command.endsWith("\\")
                && new ProcessBuilder("bash", "-n", "-c", command)
                                .redirectErrorStream(true)
                                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                                .start()
                                .waitFor()
                        == 0;
    }

    /** A line of three dots stands for any lines. */
    private static Pattern pattern(String output) {
        return Pattern.compile(output.lines()
                        .map(line -> line.equals("...") ? "(.*\n)*" : Pattern.quote(line) + "\n")
                        .collect(Collectors.joining())
                + "\\s*");
    }

    private String run(String script) throws IOException {
        Process process = new ProcessBuilder("bash", "-c", script)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
