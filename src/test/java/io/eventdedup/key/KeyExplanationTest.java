package io.eventdedup.key;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class KeyExplanationTest {

    private static final Path SAMPLES = Path.of("src/test/resources/samples");

    private final KeyExplanation explanation = explanation("""
            - match: a
              key: [/detail/x, /detail/time, /detail/note or null]
              round: {/detail/time: 1s}
              window: 14d
              group: /detail/x
            - match: b
              key: [/detail]
              exclude: [/detail/seen]
            """);

    @Test
    void anEventIsExplained() {
        // the hash is the one of ["1", "2026-03-10T09:15:48Z", null]
        assertThat(explanation.explain(event("a", "{\"x\":\"1\",\"time\":\"2026-03-10T09:15:48.2Z\"}")))
                .isEqualToNormalizingNewlines("""
                        event      a
                        rule       a (line 1)
                        key parts  /detail/x = "1"
                                   /detail/time = "2026-03-10T09:15:48.2Z", hashed as "2026-03-10T09:15:48Z"
                                   /detail/note = absent
                        hash       c4ee7d6d37dd89a87786930396976c270f2cadcf72f70ff9de639a36fdb3c790
                        window     14d
                        group      1
                        """);
    }

    @Test
    void theFallbackNamesThePartThatIsMissing() {
        assertThat(explanation.explain(event("a", "{\"x\":\"1\"}")))
                .contains("fallback   /detail/time is absent or empty, so the longer fallback key is used")
                .contains("key parts  /detail = {\"x\": \"1\"}");
    }

    @Test
    void everyEventOfAnArrayIsExplainedAndTheUnusableNamed() {
        assertThat(explanation.explain("[" + event("a", "{\"x\":1}") + ",{}," + event("b", "{\"x\":1}") + "]"))
                .contains("event      a", "unusable event, NOT_AN_EVENT: there is no detail-type", "event      b");
    }

    @Test
    void aLongValueIsCutShort() {
        assertThat(explanation.explain(event("b", "{\"x\":\"" + "y".repeat(1000) + "\"}")))
                .contains("yyy... (1009 characters)")
                .doesNotContain("y".repeat(200));
    }

    @Test
    void scriptsGetOneLineForEachEvent() {
        assertThat(new EventSplitter()
                        .split("[" + event("b", "{\"x\":1}") + ",7]").stream().map(explanation::line))
                .containsExactly(
                        KeyMaterial.hash("{\"x\": 1}".getBytes()) + "\tb\t300\t", "-\tNOT_AN_EVENT\tnot a JSON object");
    }

    @Test
    void copiesAreTheSameAndTheRuleIgnoresWhatDiffers() {
        KeyExplanation.Comparison comparison = compare(
                event("a", "{\"x\":1,\"time\":\"2026-03-10T09:15:48.2Z\",\"note\":null,\"y\":1}"),
                event("a", "{\"x\":1,\"time\":\"2026-03-10T09:15:48.1Z\",\"y\":[2]}"));
        assertThat(comparison.same()).isTrue();
        assertThat(comparison.text()).startsWith("the same event").doesNotContain("Key parts that differ");
        assertThat(pointers(comparison, "Differences that the rule ignores"))
                .containsExactly("/detail/note", "/detail/time", "/detail/y");
    }

    @Test
    void differentEventsShowThePartsThatDiffer() {
        KeyExplanation.Comparison comparison = compare(
                event("b", "{\"x\":{\"y\":1,\"z\":1},\"seen\":1}"), event("b", "{\"x\":{\"y\":2,\"z\":1},\"seen\":2}"));
        assertThat(comparison.same()).isFalse();
        assertThat(comparison.text()).startsWith("two different events");
        assertThat(pointers(comparison, "Key parts that differ")).containsExactly("/detail/x/y");
        assertThat(pointers(comparison, "Differences that the rule ignores")).containsExactly("/detail/seen");
    }

    @Test
    void timestampsThatRoundApartAreAPartThatDiffers() {
        KeyExplanation.Comparison comparison = compare(
                event("a", "{\"x\":1,\"time\":\"2026-03-10T09:15:48.4Z\"}"),
                event("a", "{\"x\":1,\"time\":\"2026-03-10T09:15:48.6Z\"}"));
        assertThat(pointers(comparison, "Key parts that differ")).containsExactly("/detail/time");
    }

    @Test
    void differentRulesAreSaidToMakeTheDifference() {
        assertThat(compare(event("a", "{\"x\":1,\"time\":1}"), event("b", "{\"x\":1,\"time\":1}"))
                        .text())
                .contains("Their keys consist of different parts.");
    }

    @Test
    void theCatchAllIsToldWhatToExclude() {
        String a = event(
                "c",
                "{\"event-id\":\"1\",\"sentTime\":\"2026-03-10T09:15:48Z\",\"at\":1773134148201,\"x\":1,\"a b\":{\"requestId\":1}}");
        String b = event(
                "c",
                "{\"event-id\":\"2\",\"sentTime\":\"2026-03-10T09:15:49Z\",\"at\":1773134148202,\"x\":1,\"a b\":{\"requestId\":2}}");
        String text = compare(a, b).text();
        assertThat(text).contains("""
                - match: "c"
                  key: [/detail]
                  exclude: ["#/detail/a%20b/requestId", /detail/at, /detail/event-id, /detail/sentTime]
                """.replace("\n", System.lineSeparator()));

        // the advice is a rule that works
        KeyExplanation advised = explanation(text.substring(text.indexOf("- match")));
        assertThat(advised.compare(usable(a), usable(b)).same()).isTrue();
    }

    @Test
    void aReplayThatPassesSaysSo() {
        String live = event("b", "{\"x\":1}");
        String replay = live.replace("{\"detail-type\"", "{\"replay-name\":\"fix-1\",\"detail-type\"");
        KeyRules pass =
                KeyRules.load("routes/event-keys.yaml", Duration.ofMinutes(5)).withReplays(Replays.PASS);

        assertThat(new KeyExplanation(pass).explain(replay))
                .contains("replay     the key includes the replay name \"fix-1\"");
        assertThat(pointers(new KeyExplanation(pass).compare(usable(live), usable(replay)), "Key parts that differ"))
                .containsExactly("/replay-name");
        assertThat(pointers(compare(live, replay), "Differences that the rule ignores"))
                .containsExactly("/replay-name");
    }

    @Test
    void theCatchAllIsNotToldToExcludeWhatTellsEventsApart() {
        assertThat(compare(event("c", "{\"event-id\":1,\"x\":1}"), event("c", "{\"event-id\":2,\"x\":2}"))
                        .text())
                .contains("exclude: [/detail/event-id]")
                .contains("they keep these two events apart");
        assertThat(compare(event("c", "{\"x\":1}"), event("c", "{\"x\":2}")).text())
                .contains("None of the differing fields looks like an id or a time");
    }

    @Test
    void theTwoOutcomesOfTheSamplesDifferInTheirBodyOnly() throws Exception {
        KeyExplanation.Comparison comparison = new KeyExplanation(
                        KeyRules.load("routes/event-keys.yaml", Duration.ofMinutes(5)))
                .compare(
                        usable(Files.readString(SAMPLES.resolve("03-detail-flow.outcome-a.json"))),
                        usable(Files.readString(SAMPLES.resolve("03-detail-flow.outcome-b-NOT-a-duplicate.json"))));
        assertThat(pointers(comparison, "Key parts that differ"))
                .containsExactly(
                        "/detail/eventBody/flowMilestones/0/milestoneId",
                        "/detail/eventBody/flowOutcomeId",
                        "/detail/eventBody/flowOutcomeValue");
        assertThat(pointers(comparison, "Differences that the rule ignores"))
                .containsExactly("/detail/metadata/CorrelationId", "/detail/timestamp", "/id");
    }

    private KeyExplanation.Comparison compare(String a, String b) {
        return explanation.compare(usable(a), usable(b));
    }

    private static List<String> pointers(KeyExplanation.Comparison comparison, String title) {
        String section = comparison.text().split(Pattern.quote(title))[1].split("\\R\\R")[0];
        return section.lines()
                .filter(line -> line.startsWith("  /"))
                .map(String::strip)
                .toList();
    }

    private static KeyExplanation explanation(String rules) {
        String file = rules + "\n- match: \"*\"\n  key: [/detail]\n";
        return new KeyExplanation(new KeyRules(new KeyRuleFile("rules.yaml", Duration.ofMinutes(5)).parse(file)));
    }

    private static UsableEvent usable(String body) {
        return (UsableEvent) new EventSplitter().split(body).get(0);
    }

    private static String event(String type, String detail) {
        return "{\"detail-type\":\"" + type + "\",\"detail\":" + detail + "}";
    }
}
