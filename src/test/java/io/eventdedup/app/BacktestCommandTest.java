package io.eventdedup.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class BacktestCommandTest {

    private static final String CATCH_ALL = "- match: \"*\"\n  key: [/detail]\n";
    private static final String COARSE = "- match: order\n  key: [/detail/orderId]\n" + CATCH_ALL;

    private static final String FIRST = event("NEW <script>alert('x')</script>");
    private static final String SECOND = event("PAID & secret");

    @TempDir
    Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private byte[] input = {};

    @Test
    void recordingsArePlainCompressedOrOnStandardInput() throws IOException {
        Path plain = file("a.jsonl", FIRST + "\n\n" + SECOND + "\n");
        Path compressed = directory.resolve("b.gz");
        try (OutputStream gzip = new GZIPOutputStream(Files.newOutputStream(compressed))) {
            gzip.write((FIRST + "\n" + SECOND).getBytes(StandardCharsets.UTF_8));
        }
        input = FIRST.getBytes(StandardCharsets.UTF_8);

        assertThat(run(plain.toString(), compressed.toString(), "-")).isZero();

        assertThat(out.toString()).startsWith("5 events: 2 new, 3 duplicates (0 with different content)");
        assertThat(out.toString()).contains("Nothing suspicious.");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void eventsThatDifferAndWouldNewlyBeDroppedExitWithOne() throws IOException {
        Path recorded = file("a.jsonl", FIRST + "\n" + SECOND + "\n");
        Path coarse = file("coarse.yaml", COARSE);
        Path fine = file("fine.yaml", CATCH_ALL);

        assertThat(run("--keys", coarse.toString(), "--against", fine.toString(), recorded.toString()))
                .isOne();
        assertThat(out.toString())
                .contains("Newly dropped: 1 (1 with different content)")
                .contains("a.jsonl:2  order, as a duplicate of ")
                .contains("differs in /detail/state");
        assertThat(run("--keys", fine.toString(), "--against", coarse.toString(), recorded.toString()))
                .isZero();
        assertThat(run("--keys", coarse.toString(), recorded.toString()))
                .as("without --against")
                .isZero();
    }

    @Test
    void valuesAreOnThePageAlone() throws IOException {
        Path recorded = file("a.jsonl", FIRST + "\n" + SECOND + "\n");
        Path page = directory.resolve("page.html");

        assertThat(run(
                        "--keys",
                        file("coarse.yaml", COARSE).toString(),
                        "--html",
                        page.toString(),
                        recorded.toString()))
                .isZero();

        assertThat(out.toString()).contains("SUSPICIOUSLY COARSE  order").doesNotContain("secret", "PAID", "script");
        assertThat(err.toString()).isEmpty();
        assertThat(Files.readString(page))
                .contains("PAID &amp; secret", "NEW &lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;", "/detail/state")
                .doesNotContain("<script", "http://", "https://", "url(", "src=", "href=", "@import");
    }

    @Test
    void thePairsOnThePageAreFoundInEveryFile() throws IOException {
        Path first = file("a.jsonl", "{}\n[" + CATCH_ALL.length() + "," + FIRST + "]\n");
        input = ("{}\n" + SECOND).getBytes(StandardCharsets.UTF_8);
        Path page = directory.resolve("page.html");

        assertThat(run(
                        "--keys",
                        file("coarse.yaml", COARSE).toString(),
                        "--html",
                        page.toString(),
                        first.toString(),
                        "-"))
                .isZero();

        assertThat(Files.readString(page)).contains("a.jsonl:2 and -:2", "PAID &amp; secret", "NEW &lt;script");
    }

    @Test
    void aRecordingWithoutAnEventIsAnErrorThatSaysWhatIsThere() throws IOException {
        Path log = file(
                "a.log", "2026-03-10T09:00:00Z START\n2026-03-10T09:00:01Z got {\"a\":1}\n2026-03-10T09:00:02Z END\n");
        Path empty = file("empty.json", "{\"Messages\": []}");

        assertThat(run(log.toString())).isEqualTo(2);
        assertThat(err.toString())
                .isEqualTo(log + ": no event found; 2 unusable: INVALID_JSON, first at " + log
                        + ":1; 1 unusable: NOT_AN_EVENT, first at " + log + ":2" + System.lineSeparator());
        assertThat(out.toString()).isEmpty();
        err.getBuffer().setLength(0);
        assertThat(run(empty.toString())).isEqualTo(2);
        assertThat(err.toString())
                .isEqualTo(empty + ": no event found; nothing is recorded there" + System.lineSeparator());
    }

    @Test
    void whatCannotBeReadIsOneClearLineAndExitsWithTwo() throws IOException {
        Path broken = Files.write(directory.resolve("broken.gz"), new byte[] {0x1f, (byte) 0x8b, 0});

        assertThat(run("none.jsonl")).isEqualTo(2);
        assertThat(err.toString()).isEqualTo("none.jsonl: there is no such file" + System.lineSeparator());
        err.getBuffer().setLength(0);
        assertThat(run(broken.toString())).isEqualTo(2);
        assertThat(err.toString()).startsWith("the recording cannot be read").hasLineCount(1);
        err.getBuffer().setLength(0);
        assertThat(run("--keys", file("bad.yaml", "- match: a\n").toString(), broken.toString()))
                .isEqualTo(2);
        assertThat(err.toString()).contains("bad.yaml:1: the rule has no key").hasLineCount(1);
        err.getBuffer().setLength(0);
        assertThat(run()).isEqualTo(2);
        assertThat(err.toString()).contains("Missing required parameter: 'FILE'");
    }

    @Test
    void theBarIsDrawnOnATerminalOnly() {
        ByteArrayOutputStream terminal = new ByteArrayOutputStream();
        Progress bar = new Progress(new PrintWriter(terminal), true);
        bar.show(5, 10, 7_000);
        bar.show(5, 10, 7_001);
        bar.end(14_000);

        assertThat(terminal.toString(StandardCharsets.UTF_8))
                .isEqualTo("\r[####################....................]  50 %  7,000 events"
                        + "\r[########################################] 100 %  14,000 events" + System.lineSeparator());

        Progress none = new Progress(new PrintWriter(err), false);
        none.show(5, 10, 7);
        none.end(14);
        assertThat(err.toString()).isEmpty();
    }

    private static String event(String state) {
        return "{\"detail-type\":\"order\",\"detail\":{\"orderId\":1,\"state\":\"" + state + "\"}}";
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }

    private int run(String... arguments) {
        return new CommandLine(new BacktestCommand(new ByteArrayInputStream(input)))
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}
