package io.eventdedup.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The commands on files as Notepad and PowerShell write them: with a byte order mark, CRLF, and in UTF-16. */
class WindowsFilesTest {

    private static final Path SAMPLE = Path.of("src/test/resources/samples/08-detail-user.end.json");
    private static final Path COPY = Path.of("src/test/resources/samples/v4-user.end-SAME-sns-wrapped.json");
    private static final Path RULES = Path.of("routes/event-keys.yaml");

    @TempDir
    Path directory;

    private byte[] input = {};

    @ParameterizedTest
    @ValueSource(strings = {"UTF-8", "UTF-16LE", "UTF-16BE"})
    void keyReadsEventsAndRulesAsWithoutTheMark(Charset charset) throws IOException {
        String expected = key("--keys", RULES.toString(), SAMPLE.toString());

        Path windows = windows(SAMPLE, charset);
        assertThat(key("--keys", windows(RULES, charset).toString(), windows.toString()))
                .isEqualTo(expected);
        assertThat(key(windows.toString(), windows(COPY, charset).toString())).startsWith("the same event");
        input = Files.readAllBytes(windows);
        assertThat(key("-")).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-8", "UTF-16LE", "UTF-16BE"})
    void keyReadsLinesAsWithoutTheMark(Charset charset) throws IOException {
        String line = Files.readString(SAMPLE).replace("\n", "");
        input = line.getBytes(StandardCharsets.UTF_8);
        String expected = key("--lines");

        input = ("\uFEFF" + line + "\r\n" + line + "\r\n").getBytes(charset);
        assertThat(key("--lines")).isEqualTo(expected + expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-8", "UTF-16LE", "UTF-16BE"})
    void backtestReadsRecordingsAndRulesAsWithoutTheMark(Charset charset) throws IOException {
        Path recording = Path.of("src/test/resources/recordings/cloudwatch-tail-detailed.txt");
        String expected = backtest(RULES, recording);

        assertThat(backtest(windows(RULES, charset), windows(recording, charset)))
                .isEqualTo(expected)
                .startsWith("3 events");
    }

    private String key(String... arguments) {
        return printed(new KeyCommand(new ByteArrayInputStream(input), Optional.empty()), arguments);
    }

    private String backtest(Path rules, Path recording) {
        return printed(
                new BacktestCommand(new ByteArrayInputStream(input)),
                "--keys",
                rules.toString(),
                "--against",
                rules.toString(),
                recording.toString());
    }

    /** What the command prints, without the directory of the test and of the project. */
    private String printed(Object command, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode = new CommandLine(command)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
        assertThat(err.toString()).isEmpty();
        assertThat(exitCode).isZero();
        return out.toString().replaceAll("\\S*/", "");
    }

    private Path windows(Path file, Charset charset) throws IOException {
        String text = "\uFEFF" + Files.readString(file).replace("\n", "\r\n");
        return Files.write(directory.resolve(file.getFileName()), text.getBytes(charset));
    }
}
