package io.eventdedup.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class KeyCommandTest {

    private static final String SAMPLES = "src/test/resources/samples/";

    @TempDir
    Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private byte[] input = {};

    @Test
    void oneFileIsExplained() {
        assertThat(run(SAMPLES + "17-routingStatus-1-IDLE.json")).isZero();
        assertThat(out.toString()).contains("rule       v2.users.{id}.routingStatus", "window     14d");
    }

    @Test
    void twoFilesOfTheSameEventExitWithZero() {
        assertThat(run(SAMPLES + "08-detail-user.end.json", SAMPLES + "v4-user.end-SAME-sns-wrapped.json"))
                .isZero();
        assertThat(out.toString()).startsWith("the same event");
    }

    @Test
    void twoFilesOfDifferentEventsExitWithOne() {
        assertThat(run(
                        SAMPLES + "17-routingStatus-1-IDLE.json",
                        SAMPLES + "17-routingStatus-3-IDLE-again-NOT-a-duplicate.json"))
                .isOne();
        assertThat(out.toString()).startsWith("two different events");
    }

    @Test
    void linesAreReadFromStandardInputAndEveryEventIsALine() throws Exception {
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        lines.writeBytes("[{\"detail-type\":\"t\",\"detail\":{\"a\":1}},7]\r\n\nno\n".getBytes(StandardCharsets.UTF_8));
        lines.writeBytes(new byte[] {'"', (byte) 0xC3, '"', '\n'});
        lines.writeBytes("{\"detail-type\":\"t\",\"detail\":{\"a\":1}}".getBytes(StandardCharsets.UTF_8));
        input = lines.toByteArray();

        assertThat(run("--lines", "--window", "2m")).isZero();

        assertThat(out.toString().lines().map(line -> line.replaceFirst("^[0-9a-f]{64}", "HASH")))
                .containsExactly(
                        "HASH\t*\t120\t",
                        "-\tNOT_AN_EVENT\tnot a JSON object",
                        "-\tINVALID_JSON\tthe body is empty",
                        "-\tINVALID_JSON\tnot JSON at character 1",
                        "-\tINVALID_JSON\tfound the byte 0xC3, which is not UTF-8; save the file as UTF-8",
                        "HASH\t*\t120\t");
    }

    @Test
    void aLineMayBeWhatTheCommandLineOfAwsPrints() throws Exception {
        String event = "{\"detail-type\":\"t\",\"detail\":{\"a\":1}}";
        input = String.join(
                        "\n",
                        event,
                        "2026-03-10T09:21:06.000000+00:00 2026/03/10/[$LATEST]0f3c " + event,
                        "{\"MessageId\":\"m\",\"Body\":\"" + event.replace("\"", "\\\"") + "\"}")
                .getBytes(StandardCharsets.UTF_8);

        assertThat(run("--lines")).isZero();

        assertThat(out.toString().lines()).hasSize(3);
        assertThat(out.toString().lines().distinct()).hasSize(1);
    }

    @Test
    void theFourthColumnOfALineSaysThatTheFallbackWasTaken() {
        input = "{\"detail-type\":\"v2.audits.entitytype.{id}.entityid.{id}\",\"detail\":{\"eventBody\":{\"a\":1}}}"
                .getBytes(StandardCharsets.UTF_8);

        assertThat(run("--lines")).isZero();

        assertThat(out.toString().strip()).endsWith("\t1209600\tfallback");
    }

    @Test
    void aDashIsStandardInput() throws Exception {
        input = Files.readAllBytes(Path.of(SAMPLES + "08-detail-user.end.json"));

        assertThat(run("-")).isZero();
        assertThat(out.toString()).contains("rule       v2.detail.events.conversation.{id}.");
        out.getBuffer().setLength(0);
        assertThat(run("-", SAMPLES + "v4-user.end-SAME-sns-wrapped.json")).isZero();
        assertThat(out.toString()).startsWith("the same event");
        assertError("only one FILE can be standard input", "-", "-");
    }

    @Test
    void everyCommandHasHelp() {
        for (String command : new String[] {"run", "check", "key", "backtest", "redrive"}) {
            out.getBuffer().setLength(0);
            CommandLine commandLine = EventDedup.commandLine().setOut(new PrintWriter(out, true));
            assertThat(commandLine.execute(command, "--help")).as(command).isZero();
            assertThat(out.toString()).startsWith("Usage: event-dedup " + command);
        }
    }

    @Test
    void anotherRuleFileMayBeTried() throws Exception {
        Path rules = Files.writeString(directory.resolve("rules.yaml"), "- match: \"*\"\n  key: [/detail/topicName]\n");
        assertThat(run("--keys", rules.toString(), SAMPLES + "17-routingStatus-1-IDLE.json"))
                .isZero();
        assertThat(out.toString()).contains("key parts  /detail/topicName", "window     5m");
    }

    @Test
    void whatCannotBeReadIsOneClearLineAndExitsWithTwo() throws Exception {
        Path array = Files.writeString(directory.resolve("array.json"), "[1,2]");
        Path rules = Files.writeString(directory.resolve("rules.yaml"), "- match: a\n  kye: [/detail]\n");
        String sample = SAMPLES + "17-routingStatus-1-IDLE.json";

        assertError("none.json: there is no such file", "none.json");
        assertError(array + ": holds 2 events, not one", array.toString(), sample);
        assertError(
                rules + ":2: unknown field 'kye'; a rule has match, key, exclude, round, window, group",
                "--keys",
                rules.toString(),
                sample);
        assertError(
                "'5' is not a duration; write a whole number and a unit, such as 500ms, 20s, 5m, 24h or 14d",
                "--window",
                "5",
                sample);
        assertError("give one FILE, or two to compare, or --lines and no FILE");
        assertError("give one FILE, or two to compare, or --lines and no FILE", "--lines", sample);
    }

    @Test
    void anUnusableEventExitsWithTwo() throws Exception {
        Path file = Files.writeString(directory.resolve("body.json"), "{}");
        assertThat(run(file.toString())).isEqualTo(2);
        assertThat(out.toString()).startsWith(file + ":1: unusable event, NOT_AN_EVENT: there is no detail-type");
    }

    @Test
    void whatIsNoJsonIsShownWithItsLine() throws Exception {
        Path missingComma = Files.writeString(
                directory.resolve("body.json"),
                "{\r\n  \"detail-type\": \"t\",\r\n  \"detail\": {}\r\n  \"id\": 1\r\n}\r\n");
        Path latin1 = Files.write(directory.resolve("latin1.json"), new byte[] {'"', (byte) 0xE4, '"'});
        Path empty = Files.writeString(directory.resolve("empty.json"), "\uFEFF\r\n");

        assertThat(run(missingComma.toString())).isEqualTo(2);
        assertThat(out.toString())
                .startsWith(
                        missingComma + ":4: unusable event, INVALID_JSON: not JSON at character 45, found: \"id\": 1");
        assertError(
                latin1
                        + ":1: unusable event, INVALID_JSON: found the byte 0xE4, which is not UTF-8; save the file as UTF-8",
                latin1.toString(),
                SAMPLES + "17-routingStatus-1-IDLE.json");
        assertError(empty + ": the file is empty", empty.toString());
    }

    private void assertError(String message, String... arguments) {
        err.getBuffer().setLength(0);
        assertThat(run(arguments)).isEqualTo(2);
        assertThat(err.toString()).isEqualTo(message + System.lineSeparator());
    }

    private int run(String... arguments) {
        return new CommandLine(new KeyCommand(new ByteArrayInputStream(input), Optional.empty()))
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}
