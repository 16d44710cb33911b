package io.eventdedup.backtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventdedup.key.KeyRules;
import io.eventdedup.key.UnusableReason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BacktestTest {

    private static final Path PLANTED = Path.of("src/test/resources/backtest/planted.yaml");
    private static final long MEMORY = 64L << 20;
    private static final String CATCH_ALL = "\n- match: \"*\"\n  key: [/detail]\n  window: 1h\n";
    private static final String BY_NUMBER = "- match: a\n  key: [/detail/n]\n  window: 1h" + CATCH_ALL;

    @TempDir
    Path directory;

    @Test
    void theSevenPlantedMistakesAreFoundAndNoneIsInvented() throws IOException {
        Backtest backtest = run(PLANTED, MadeUpTraffic.lines(20_000));

        assertThat(MadeUpTraffic.suspected(backtest)).containsExactlyInAnyOrderElementsOf(MadeUpTraffic.planted());
    }

    @Test
    void withTheSuggestedRulesNothingIsSuspiciousAnyMore() throws IOException {
        List<String> lines = MadeUpTraffic.lines(20_000);
        String suggested = MadeUpTraffic.suggested(run(PLANTED, lines));
        // each suggestion takes the place of the rule for its type
        StringBuilder others = new StringBuilder();
        for (String rule : Files.readString(PLANTED).split("(?m)^(?=- match)")) {
            String type = rule.lines().findFirst().orElse("").replace("- match: ", "");
            if (!suggested.contains("- match: \"" + type + "\"")) {
                others.append(rule);
            }
        }

        Backtest corrected = run(file(suggested + others), lines);

        assertThat(MadeUpTraffic.suspected(corrected)).isEmpty();
        assertThat(rule(corrected, "interaction.routing.update").copies).isPositive();
        assertThat(rule(corrected, "v2.users.{id}.routingStatus").copies).isZero();
    }

    @Test
    void theShippedRulesHaveNothingSuspiciousForGenesysEvents() throws IOException {
        Backtest backtest = run(Path.of("routes/event-keys.yaml"), MadeUpTraffic.lines(20_000));

        assertThat(MadeUpTraffic.suspected(backtest))
                .filteredOn(text -> text.contains(" v2."))
                .isEmpty();
    }

    @Test
    void copiesAreCountedWithTheTimeSinceTheirOriginal() throws IOException {
        Backtest backtest = run(
                file(BY_NUMBER),
                List.of(
                        at("09:00:00", "1", "x"),
                        at("09:00:10", "1", "x"),
                        at("09:00:40", "1", "x"),
                        at("09:01:00", "2", "x")));

        RuleStats rule = rule(backtest, "a");
        assertThat(rule.events).isEqualTo(4);
        assertThat(rule.keys).isEqualTo(2);
        assertThat(rule.copies).isEqualTo(2);
        assertThat(rule.differing).isZero();
        assertThat(rule.gaps.median()).isBetween(9_500L, 10_500L);
        assertThat(rule.gaps.max()).isEqualTo(40_000);
        assertThat(backtest.span()).isEqualTo(60_000);
    }

    @Test
    void anEventAfterTheWindowPassesAgain() throws IOException {
        Backtest backtest = run(
                file(BY_NUMBER), List.of(at("09:00:00", "1", "x"), at("10:00:01", "1", "x"), at("10:30:00", "1", "x")));

        assertThat(rule(backtest, "a").keys).isEqualTo(1);
        assertThat(rule(backtest, "a").late).isEqualTo(1);
        assertThat(rule(backtest, "a").copies).isEqualTo(1);
    }

    @Test
    void theTimeOfTheQueueWinsOverThatOfTheEnvelope() throws IOException {
        Backtest backtest = run(
                file(BY_NUMBER),
                List.of(
                        message(at("09:00:00", "1", "x"), 1_773_133_200_000L),
                        message(at("09:00:00", "1", "x"), 1_773_133_207_000L)));

        assertThat(rule(backtest, "a").gaps.max()).isEqualTo(7_000);
    }

    @Test
    void anEventWithoutATimeIsACopyOfAnyWithItsKey() throws IOException {
        String event = "{\"detail-type\":\"a\",\"detail\":{\"n\":\"1\"}}";
        Backtest backtest = run(file(BY_NUMBER), List.of(at("09:00:00", "1", "x"), event));

        assertThat(rule(backtest, "a").copies).isEqualTo(1);
        assertThat(rule(backtest, "a").gaps.total()).isZero();
    }

    @Test
    void aCopyThatDiffersNamesItsFieldsWhicheverSideHasThem() throws IOException {
        Backtest backtest = run(
                file(BY_NUMBER),
                List.of(
                        event("a", "\"n\":1,\"same\":{\"x\":1,\"y\":[1]},\"gone\":1,\"changed\":[1,2]"),
                        event("a", "\"changed\":[1],\"same\":{\"y\":[1],\"x\":1},\"n\":1,\"new\":{\"z\":1}")));

        assertThat(rule(backtest, "a").coarse()).singleElement().satisfies(suspicion -> assertThat(suspicion.fields())
                .extracting(field -> field.getKey().toString())
                .containsExactly("/detail/changed", "/detail/gone", "/detail/new/z"));
    }

    @Test
    void whatARuleExcludesOrRoundsIsNoDifference() throws IOException {
        String rules = "- match: a\n  key: [/detail]\n  exclude: [/detail/uri]\n  round: {/detail/at: 1s}" + CATCH_ALL;
        Backtest backtest = run(
                file(rules),
                List.of(
                        event("a", "\"n\":1,\"uri\":\"u1\",\"at\":\"2026-03-10T09:00:00.100Z\""),
                        event("a", "\"n\":1,\"uri\":\"u2\",\"at\":\"2026-03-10T09:00:00.200Z\"")));

        assertThat(rule(backtest, "a").copies).isEqualTo(1);
        assertThat(rule(backtest, "a").differing).isZero();
    }

    @Test
    void aDifferenceIsSeenButNotNamedWhenTheMemoryIsUsedUp() throws IOException {
        Path file =
                Files.write(directory.resolve("a.jsonl"), List.of(at("09:00:00", "1", "x"), at("09:00:01", "1", "y")));
        Backtest backtest = new Backtest(rules(file(BY_NUMBER)), null, 0);
        read(backtest, file);

        assertThat(rule(backtest, "a").differing).isEqualTo(1);
        assertThat(rule(backtest, "a").coarse().get(0).fields()).isEmpty();
    }

    @Test
    void aTimeAloneIsADifferenceOnlyIfSomethingHappenedInBetween() throws IOException {
        Path rules = file("- match: a\n  key: [/detail/id, /detail/state]\n  window: 1h" + CATCH_ALL);
        String on = event("a", "\"id\":1,\"state\":\"on\",\"timestamp\":\"2026-03-10T09:00:00Z\"");
        String onAgain = on.replace("09:00:00Z\"}", "09:01:00Z\"}");
        String off = onAgain.replace("on\"", "off\"");

        assertThat(rule(run(rules, List.of(on, onAgain)), "a").differing).isZero();
        assertThat(rule(run(rules, List.of(on, off, onAgain)), "a").differing).isEqualTo(1);
    }

    @Test
    void aCopyAfterTheWindowIsNoSignOfLife() throws IOException {
        Path rules = file("- match: a\n  key: [/detail/id, /detail/state]\n  window: 5m" + CATCH_ALL);
        List<String> copies = new ArrayList<>();
        List<String> signs = new ArrayList<>();
        for (int i = 10; i < 50; i += 10) {
            String event = event("a", "\"id\":1,\"state\":\"on\"").replace("09:00:00Z", "09:" + i + ":00Z");
            signs.add(event);
            signs.add(event.replace("09:", "10:"));
            copies.addAll(List.of(
                    event.replace(":1,", ":" + i + ","),
                    event.replace(":1,", ":" + i + ",").replace("09:", "10:")));
        }
        signs.sort(null);

        assertThat(MadeUpTraffic.suspected(run(rules, copies))).containsExactly("window a");
        assertThat(MadeUpTraffic.suspected(run(rules, signs))).isEmpty();
    }

    @Test
    void signsOfLifeAreNoCopiesOfEachOther() throws IOException {
        List<String> beats = IntStream.range(0, 20)
                .mapToObj(i -> event("a", "\"deviceId\":\"d\",\"messageId\":" + i))
                .toList();

        assertThat(MadeUpTraffic.suspected(run(file(CATCH_ALL.strip()), beats))).isEmpty();
    }

    @Test
    void aStateThatComesAgainIsNoCopyWhileAnotherWasInBetween() throws IOException {
        List<String> states = List.of(
                event("a", "\"orderId\":\"o\",\"state\":\"A\",\"messageId\":1"),
                event("a", "\"orderId\":\"o\",\"state\":\"B\",\"messageId\":2"),
                event("a", "\"orderId\":\"o\",\"state\":\"A\",\"messageId\":3"),
                event("a", "\"orderId\":\"o\",\"state\":\"A\",\"messageId\":4"));
        Backtest backtest = run(file(CATCH_ALL.strip()), states);

        assertThat(rule(backtest, "*").fine()).singleElement().satisfies(suspicion -> assertThat(suspicion.count())
                .isEqualTo(1));
    }

    @Test
    void whatIsNotUsableIsCountedByReason() throws IOException {
        Backtest backtest = run(file(BY_NUMBER), List.of("no", "{}", "[{}]", at("09:00:00", "1", "x")));

        assertThat(backtest.unusable().keySet())
                .containsExactly(UnusableReason.INVALID_JSON, UnusableReason.NOT_AN_EVENT);
        assertThat(backtest.unusable().values())
                .extracting(Backtest.Unusable::count)
                .containsExactly(1L, 2L);
        assertThat(backtest.events()).isEqualTo(1);
    }

    @Test
    void againstOtherRulesItCountsWhatIsNewlyDroppedAndWhatNewlyPasses() throws IOException {
        List<String> lines = List.of(
                at("09:00:00", "1", "x"), at("09:00:01", "1", "x"), at("09:00:02", "1", "y"), at("09:00:03", "2", "x"));
        KeyRules coarse = rules(file(BY_NUMBER));
        KeyRules fine = rules(file(CATCH_ALL.strip()));

        Changes toCoarse = changes(coarse, fine, lines);
        assertThat(toCoarse.newlyDropped()).isEqualTo(1);
        assertThat(toCoarse.newlyDroppedDiffering()).isEqualTo(1);
        assertThat(toCoarse.newlyPassed()).isZero();
        assertThat(toCoarse.dropped().get(0).differing()).hasToString("[/detail/text]");

        Changes toFine = changes(fine, coarse, lines);
        assertThat(toFine.newlyDropped()).isZero();
        assertThat(toFine.newlyPassed()).isEqualTo(1);
    }

    @Test
    void aCopyThatIsNewlyDroppedIsNoMatterOfConcern() throws IOException {
        String finer = "- match: a\n  key: [/detail, /region]" + CATCH_ALL;
        Path file = Files.write(
                directory.resolve("a.jsonl"),
                List.of(at("09:00:00", "1", "x"), at("09:00:00", "1", "x").replace("eu-central-1", "eu-west-1")));
        Backtest backtest = new Backtest(rules(file(CATCH_ALL.strip())), rules(file(finer)), MEMORY);
        read(backtest, file);

        assertThat(backtest.changes().newlyDropped()).isEqualTo(1);
        assertThat(backtest.wouldDropDiffering()).isFalse();
    }

    @Test
    void standardInputIsReadAsOftenAsAskedUntilTheRecordingIsClosed() throws IOException {
        Recording recording = Recording.of(
                List.of(Path.of("-")), new ByteArrayInputStream("1\n2\n".getBytes(StandardCharsets.UTF_8)));
        List<String> read = new ArrayList<>();
        Recording.Reader reader = body -> read.add(body.events().get(0).text());
        recording.read(reader, (done, total) -> {});
        recording.read(reader, (done, total) -> {});
        recording.close();

        assertThat(read).containsExactly("1", "2", "1", "2");
        assertThatThrownBy(() -> recording.read(reader, (done, total) -> {})).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void aLineThatIsNotUtf8IsNoEvent() throws IOException {
        Path file = Files.write(
                directory.resolve("a.jsonl"), event("a", "\"n\":\"\u00e4\"").getBytes(StandardCharsets.ISO_8859_1));
        Backtest backtest = new Backtest(rules(file(BY_NUMBER)), null, MEMORY);
        read(backtest, file);

        assertThat(backtest.unusable()).containsOnlyKeys(UnusableReason.INVALID_JSON);
    }

    @Test
    void theProgressEndsWithAllBytes() throws IOException {
        Path file = Files.write(directory.resolve("a.jsonl"), List.of("1", "2", "3"));
        List<Long> shown = new ArrayList<>();
        try (Recording recording = Recording.of(List.of(file, file), InputStream.nullInputStream())) {
            recording.read(body -> true, (done, total) -> shown.addAll(List.of(done, total)));
        }

        assertThat(shown.subList(shown.size() - 2, shown.size())).containsExactly(12L, 12L);
    }

    private Changes changes(KeyRules now, KeyRules old, List<String> lines) throws IOException {
        Path file = Files.write(directory.resolve("recorded.jsonl"), lines);
        Backtest backtest = new Backtest(now, old, MEMORY);
        read(backtest, file);
        return backtest.changes();
    }

    private Backtest run(Path rules, List<String> lines) throws IOException {
        Path file = Files.write(directory.resolve("recorded.jsonl"), lines);
        Backtest backtest = new Backtest(rules(rules), null, MEMORY);
        read(backtest, file);
        return backtest;
    }

    private static void read(Backtest backtest, Path file) throws IOException {
        try (Recording recording = Recording.of(List.of(file), InputStream.nullInputStream())) {
            recording.read(
                    body -> {
                        backtest.add(body);
                        return true;
                    },
                    (done, total) -> {});
        }
    }

    private static RuleStats rule(Backtest backtest, String name) {
        return backtest.stats().stream()
                .filter(rule -> rule.rule.equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static KeyRules rules(Path file) {
        return KeyRules.load(file, Duration.ofMinutes(5));
    }

    private Path file(String rules) throws IOException {
        return Files.writeString(directory.resolve("rules.yaml"), rules);
    }

    private static String at(String time, String number, String text) {
        return "{\"detail-type\":\"a\",\"region\":\"eu-central-1\",\"time\":\"2026-03-10T" + time
                + "Z\",\"detail\":{\"n\":\"" + number + "\",\"madeOn\":\"2026-03-10T08:00:00Z\",\"text\":\"" + text
                + "\"}}";
    }

    private static String event(String type, String fields) {
        return "{\"detail-type\":\"" + type + "\",\"time\":\"2026-03-10T09:00:00Z\",\"detail\":{" + fields + "}}";
    }

    private static String message(String body, long sent) {
        return "{\"MessageId\":\"m\",\"Body\":\"" + body.replace("\"", "\\\"")
                + "\",\"Attributes\":{\"SentTimestamp\":\"" + sent + "\"}}";
    }
}
