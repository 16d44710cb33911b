package io.eventdedup.key;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeyRulesTest {

    private static final String CATCH_ALL = "\n- match: \"*\"\n  key: [/detail]\n";

    @Test
    void theFirstRuleThatMatchesDecides() {
        KeyRules rules = rules("- match: a*\n  key: [/detail/x]\n- match: \"*b\"\n  key: [/detail/y]");
        assertThat(rules.ruleOf("ab").match()).hasToString("a*");
        assertThat(rules.ruleOf("bb").match()).hasToString("*b");
        assertThat(rules.ruleOf("c").match()).hasToString("*");
    }

    @Test
    void moreTypesThanAreRememberedAreMatchedToo() {
        KeyRules rules = rules("- match: a*\n  key: [/detail/x]");
        for (int again = 0; again < 2; again++) {
            for (int i = 0; i < 2500; i++) {
                assertThat(rules.ruleOf("a" + i).match()).hasToString("a*");
                assertThat(rules.ruleOf("b" + i).match()).hasToString("*");
            }
        }
    }

    @Test
    void typesTooLongToRememberAreMatchedToo() {
        assertThat(rules("- match: a*\n  key: [/detail/x]")
                        .ruleOf("a".repeat(1000))
                        .match())
                .hasToString("a*");
    }

    @Test
    void oneStringIsHashedAsItsCharacters() {
        assertThat(key("- match: a\n  key: [/detail/x]", "{\"x\":\"\\u00fc\"}").hash())
                .isEqualTo(KeyMaterial.hash("\u00fc".getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void aLoneSurrogateIsNotTheQuestionMarkThatJavaMakesOfIt() {
        String rule = "- match: a\n  key: [/detail/x]";
        // hashlib.sha256("\ud800".encode("utf-8", "surrogatepass"))
        assertThat(key(rule, "{\"x\":\"\\ud800\"}").hash())
                .isEqualTo("91a681b998555fb475479817b126c94e57e52011fa1842c5d188795a4a05226b");
        assertThat(key(rule, "{\"x\":\"\u00fc\ud83d\ude00\\ud800\"}").hash())
                .isNotEqualTo(key(rule, "{\"x\":\"\u00fc\ud83d\ude00?\"}").hash());
    }

    @Test
    void oneOtherPartIsHashedAsItsCanonicalJson() {
        assertThat(key("- match: a\n  key: [/detail/x]", "{\"x\":[1.50]}").hash())
                .isEqualTo(hash("[1.5]"));
    }

    @Test
    void severalPartsAreHashedAsTheArrayOfThem() {
        assertThat(key(
                                "- match: a\n  key: [/detail-type, /detail/x, /detail/y]",
                                "{\"y\":{\"b\":1,\"a\":2},\"x\":\"1\"}")
                        .hash())
                .isEqualTo(hash("[\"a\", \"1\", {\"a\": 2, \"b\": 1}]"));
    }

    @Test
    void partsThatMeetDifferentlyMakeDifferentKeys() {
        String rule = "- match: a\n  key: [/detail/x, /detail/y]";
        assertThat(key(rule, "{\"x\":\"ab\",\"y\":\"c\"}").hash())
                .isNotEqualTo(key(rule, "{\"x\":\"a\",\"y\":\"bc\"}").hash());
        assertThat(key(rule, "{\"x\":\"1\",\"y\":\"c\"}").hash())
                .isNotEqualTo(key(rule, "{\"x\":1,\"y\":\"c\"}").hash());
    }

    @Test
    void aMissingPartTakesTheWholeDetail() {
        EventKey key = key("- match: a\n  key: [/detail/x, /detail/y]\n  window: 7d", "{\"x\":1}");
        assertThat(key.hash()).isEqualTo(hash("{\"x\": 1}"));
        assertThat(key.fallback()).isTrue();
        assertThat(key.rule()).isEqualTo("a");
        assertThat(key.window()).isEqualTo(Duration.ofDays(7));
    }

    @Test
    void aMissingPartOfAGenesysEventTakesTopicBodyAndTimestamp() {
        EventKey key = key(
                "v2.a",
                "- match: v2.a\n  key: [/detail/x]",
                "{\"topicName\":\"t\",\"eventBody\":{\"b\":1},\"timestamp\":\"z\"}");
        assertThat(key.hash()).isEqualTo(hash("[\"t\", {\"b\": 1}, \"z\"]"));
        assertThat(key.fallback()).isTrue();
    }

    @Test
    void aGenesysEventThatLacksEvenThoseTakesTheWholeDetail() {
        EventKey key = key("v2.a", "- match: v2.a\n  key: [/detail/x]", "{\"topicName\":\"t\",\"timestamp\":\"z\"}");
        assertThat(key.hash()).isEqualTo(hash("{\"timestamp\": \"z\", \"topicName\": \"t\"}"));
    }

    @Test
    void anEmptyPartIsAMissingPart() {
        for (String empty : List.of("null", "\"\"", "{}", "[]")) {
            assertThat(key("- match: a\n  key: [/detail/x]", "{\"x\":" + empty + ",\"y\":1}")
                            .fallback())
                    .as(empty)
                    .isTrue();
        }
        for (String value : List.of("0", "false", "\" \"", "[null]")) {
            assertThat(key("- match: a\n  key: [/detail/x]", "{\"x\":" + value + "}")
                            .fallback())
                    .as(value)
                    .isFalse();
        }
    }

    @Test
    void anOptionalPartMayBeAbsentWhichIsNull() {
        String rule = "- match: a\n  key: [/detail/x, /detail/y or null]";
        assertThat(key(rule, "{\"x\":1}").hash()).isEqualTo(hash("[1, null]"));
        assertThat(key(rule, "{\"x\":1,\"y\":null}").hash()).isEqualTo(hash("[1, null]"));
        assertThat(key(rule, "{\"x\":1,\"y\":{}}").hash()).isEqualTo(hash("[1, {}]"));
        assertThat(key(rule, "{\"x\":1}").fallback()).isFalse();
    }

    @Test
    void excludedMembersAreNotHashed() {
        String rule = "- match: a\n  key: [/detail]\n  exclude: [/detail/x, /detail/list/1, /detail/in/y]";
        assertThat(key(rule, "{\"x\":1,\"list\":[1,2,3],\"in\":{\"y\":1,\"z\":1}}")
                        .hash())
                .isEqualTo(hash("{\"in\": {\"z\": 1}, \"list\": [1, 3]}"));
        assertThat(key(rule, "{\"a\":1}").hash()).isEqualTo(hash("{\"a\": 1}"));
    }

    @Test
    void timestampsAreRoundedWhereverTheyAreInAPart() {
        String rule = "- match: a\n  key: [/detail]\n  round: {/detail/in/time: 1s}";
        assertThat(key(rule, "{\"in\":{\"time\":\"2026-03-10T09:15:48.500Z\"}}").hash())
                .isEqualTo(hash("{\"in\": {\"time\": \"2026-03-10T09:15:49Z\"}}"));
    }

    @Test
    void aRoundedTimestampThatIsTheOnlyPartIsHashedAsAString() {
        assertThat(key("- match: a\n  key: [/detail/time]\n  round: {/detail/time: 1m}", "{\"time\":1773134100}")
                        .hash())
                .isEqualTo(KeyMaterial.hash("2026-03-10T09:15:00Z".getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void theGroupIsTheValueThatTheRuleNames() {
        String rule = "- match: a\n  key: [/detail/x]\n  group: /detail/g";
        assertThat(key(rule, "{\"x\":1,\"g\":\"a-1\"}").group()).isEqualTo("a-1");
        assertThat(key(rule, "{\"x\":1,\"g\":17}").group()).isEqualTo("17");
    }

    @Test
    void withoutAGroupEveryKeyIsItsOwn() {
        EventKey key = key("- match: a\n  key: [/detail/x]\n  group: /detail/g", "{\"x\":1,\"g\":\"\"}");
        assertThat(key.group()).isEqualTo(key.hash());
        key = key("- match: a\n  key: [/detail/x]", "{\"x\":1}");
        assertThat(key.group()).isEqualTo(key.hash());
    }

    @Test
    void aGroupThatSqsWouldRefuseIsHashed() {
        String rule = "- match: a\n  key: [/detail/x]\n  group: /detail/g";
        for (String group : List.of("\u00fc", "a b", "x".repeat(129))) {
            assertThat(key(rule, "{\"x\":1,\"g\":\"" + group + "\"}").group())
                    .as(group)
                    .isEqualTo(KeyMaterial.hash(group.getBytes(StandardCharsets.UTF_8)));
        }
    }

    @Test
    void anArchiveReplayIsACopyUnlessReplaysPass() {
        String rule = "- match: a\n  key: [/detail/x]\n  group: /detail/x";
        String event = "{\"detail-type\":\"a\",\"detail\":{\"x\":\"v\"}%s}";
        KeyRules drop = rules(rule);
        KeyRules pass = drop.withReplays(Replays.PASS);
        EventKey live = drop.keyOf(usable(event.formatted("")));
        String replay = event.formatted(",\"replay-name\":\"fix-1\"");

        assertThat(drop.keyOf(usable(replay))).isEqualTo(live);
        assertThat(pass.keyOf(usable(event.formatted("")))).isEqualTo(live);
        assertThat(pass.keyOf(usable(replay)).hash()).isEqualTo(hash("[\"fix-1\", \"" + live.hash() + "\"]"));
        assertThat(pass.keyOf(usable(replay)).group()).isEqualTo("v");
        assertThat(pass.keyOf(usable(event.formatted(",\"replay-name\":\"fix-2\"")))
                        .hash())
                .isNotEqualTo(pass.keyOf(usable(replay)).hash());
        for (String none : List.of("\"\"", "null", "7")) {
            assertThat(pass.keyOf(usable(event.formatted(",\"replay-name\":" + none))))
                    .as(none)
                    .isEqualTo(live);
        }
    }

    @Test
    void whereAnEnvelopeStandsInItsFileDoesNotMatter() {
        EventKey first = key("- match: a\n  key: [/detail]", "{\"x\":1,\"y\":2}");
        EventKey second = key("- match: a\n  key: [/detail]", " { \"y\" : 2 , \"x\" : 1 } ");
        assertThat(second).isEqualTo(first);
    }

    private static String hash(String canonical) {
        return KeyMaterial.hash(canonical.getBytes(StandardCharsets.US_ASCII));
    }

    private static EventKey key(String rule, String detail) {
        return key("a", rule, detail);
    }

    private static EventKey key(String type, String rule, String detail) {
        String event =
                "{\"detail-type\":\"" + type + "\",\"id\":\"" + detail.length() + "\",\"detail\":" + detail + "}";
        return rules(rule).keyOf(usable(event));
    }

    private static UsableEvent usable(String event) {
        return (UsableEvent) new EventSplitter().split(event).get(0);
    }

    private static KeyRules rules(String rule) {
        return new KeyRules(new KeyRuleFile("rules.yaml", Duration.ofMinutes(5)).parse(rule + CATCH_ALL));
    }
}
