package io.eventdedup.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyRuleFileTest {

    private static final String CATCH_ALL = "\n- match: \"*\"\n  key: [/detail]\n";

    @TempDir
    Path directory;

    @Test
    void everyFieldIsRead() {
        KeyRule rule = rules("- match: a*\n  key: [/detail, /source or null]\n  exclude: [/detail/x]\n"
                        + "  round: {/detail/time: 1s}\n  window: 14d\n  group: /detail/y")
                .get(0);
        assertThat(rule.match()).isEqualTo(new Glob("a*"));
        assertThat(rule.recipe().parts()).extracting(KeyPart::optional).containsExactly(false, true);
        assertThat(rule.window()).isEqualTo(Duration.ofDays(14));
        assertThat(rule.group()).hasToString("/detail/y");
        assertThat(rule.line()).isEqualTo(1);
    }

    @Test
    void aRuleIsShownAsItStandsInTheFile() {
        List<KeyRule> rules = rules("# of a\n- match: [a, b]\n  key: [/detail] # all\n\n  window: 1d\n\n  # of c\n"
                + "- {match: c, key: [/detail]}\n- match: d\n  key:\n    - /detail\n");
        String text = "- match: [a, b]\n  key: [/detail] # all\n\n  window: 1d";
        assertThat(rules)
                .extracting(KeyRule::text)
                .containsExactly(
                        text,
                        text,
                        "- {match: c, key: [/detail]}",
                        "- match: d\n  key:\n    - /detail",
                        CATCH_ALL.strip());
    }

    @Test
    void aNameWithASpaceIsWrittenAsAFragment() {
        KeyRule rule = rules("- match: a\n  key: ['#/detail/first%20name+~1%c3%a9 or null', /detail/x]")
                .get(0);
        assertThat(rule.recipe().parts().get(0).pointer().names()).containsExactly("detail", "first name+/é");
        assertThat(rule.recipe().parts().get(0).optional()).isTrue();
    }

    @Test
    void aListOfTypesMakesARuleOfEach() {
        assertThat(rules("- match: [a, b]\n  key: [/detail/id]"))
                .extracting(rule -> rule.match().text())
                .containsExactly("a", "b", "*");
    }

    @Test
    void withoutAWindowTheDefaultHolds() {
        assertThat(rules("- match: a\n  key: [/detail]").get(0).window()).isEqualTo(Duration.ofMinutes(5));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            - match: a\\n  kye: [/detail]                     | 2 | unknown field 'kye'; a rule has match, key, exclude, round, window, group
            - match: a\\n  match: b\\n  key: [/detail]        | 2 | 'match' is given twice; remove one
            - key: [/detail]                                  | 1 | the rule has no match; add 'match:'
            - match: a                                        | 1 | the rule has no key; add 'key:'
            - match: a\\n  key: []                            | 2 | key must be a list of pointers; write it like [/detail/eventBody/id]
            - match: a\\n  key: /detail                       | 2 | key must be a list of pointers; write it like [/detail/eventBody/id]
            - match: a\\n  key: [detail.id]                   | 2 | 'detail.id' is not a JSON Pointer; write it like /detail/eventBody/id
            - match: a\\n  key:\\n  - /detail\\n  - /a~b      | 4 | '/a~b' is not a JSON Pointer; write ~ in a name as ~0 and / as ~1
            - match: a\\n  key: [/detail, /id]                | 2 | '/id' differs between duplicates of an event; remove it from the key
            - match: a\\n  key: [/detail, /time]              | 2 | '/time' differs between duplicates of an event; remove it from the key
            - match: a\\n  key: [/detail, /replay-name or null]      | 2 | '/replay-name' differs between duplicates of an event; remove it from the key
            - match: a\\n  key: [/detail/metadata/CorrelationId] | 2 | '/detail/metadata/CorrelationId' differs between duplicates of an event; remove it from the key
            - match: a\\n  key: [/detail/x, /detail/x or null]       | 2 | '/detail/x' is in the key twice; remove one
            - match: a\\n  key: [/detail-type]                | 2 | this key may be the same for all events; add a part within /detail without 'or null'
            - match: a\\n  key: [/detail-type, /detail/id or null]   | 2 | this key may be the same for all events; add a part within /detail without 'or null'
            - match: a\\n  key:\\n  - /detail/x\\n  - /detail/y or nil | 4 | 'or nil' is not allowed after a pointer (only 'or null' is); write a space in a name as %20, as in "#/detail/first%20name"
            - match: a\\n  key: [/detail/x optional]           | 2 | 'optional' is not allowed after a pointer (only 'or null' is); write a space in a name as %20, as in "#/detail/first%20name"
            - match: a\\n  key: [/detail/x or null or null]    | 2 | 'or null' is not allowed after a pointer (only 'or null' is); write a space in a name as %20, as in "#/detail/first%20name"
            - match: a\\n  key: [/detail]\\n  exclude: [/detail/x or null] | 3 | 'or null' is not allowed after a pointer here; write a space in a name as %20, as in "#/detail/first%20name"
            - match: a\\n  key: ["#/detail/%zz"]                | 2 | '#/detail/%zz' is not a JSON Pointer; write an encoded character as % and two hex digits
            - match: a\\n  key: [/detail]\\n  window: 5       | 3 | '5' is not a duration; write a whole number and a unit, such as 500ms, 20s, 5m, 24h or 14d
            - match: a\\n  key: [/detail]\\n  window: 0s      | 3 | the duration must be between 1s and 3650d
            - match: a\\n  key: [/detail]\\n  window: 9999d   | 3 | the duration must be between 1s and 3650d
            - match: a\\n  key: [/detail]\\n  window:         | 3 | a duration must be text
            - match: a\\n  key: [/detail]\\n  group: y        | 3 | 'y' is not a JSON Pointer; write it like /detail/eventBody/id
            - match: a\\n  key: [/detail/x]\\n  exclude: [/detail/y] | 3 | exclude has no effect: '/detail/y' is not in the key; remove it
            - match: a\\n  key: [/detail]\\n  exclude: [/detail] | 3 | '/detail' is a part of the key; remove it there instead
            - match: a\\n  key: [/detail]\\n  exclude: /detail/y | 3 | exclude must be a list of pointers; write it like [/detail/eventBody/id]
            - match: a\\n  key: [/detail/x]\\n  round: {/detail/y: 1s} | 3 | round has no effect: '/detail/y' is not in the key; remove it
            - match: a\\n  key: [/detail/x]\\n  round: {/detail/x: 0s} | 3 | the duration must be between 1ms and 3650d
            - match: a\\n  key: [/detail/x]\\n  round: 1s     | 3 | round must map pointers to units; write it like {/detail/timestamp: 1s}
            - match: a*\\n  key: [/detail]\\n- match: ab\\n  key: [/detail] | 3 | no event reaches the rule for 'ab' because 'a*' in line 1 matches first; move it up or remove it
            - match: ['']\\n  key: [/detail]                  | 1 | match must be text
            - match: []\\n  key: [/detail]                    | 1 | match is empty; write the detail-type that the rule is for
            - match: "a\\tb"\\n  key: [/detail]               | 1 | match holds a control character; remove it
            - match: *a*\\n  key: [/detail]                   | 1 | unexpected character found *(42); put a match that begins with * in quotes
            - text                                            | 1 | not a rule; begin it with '- match:'
            - match: a\\n  key: [/detail                      | 3 | expected ',' or ']', but got :; fix the YAML
            """)
    void aRuleThatMakesNoSenseIsRefusedWithItsLine(String file, int line, String problem) {
        assertThatThrownBy(() -> rules(file.replace("\\n", "\n")))
                .isInstanceOf(KeyRulesException.class)
                .hasMessage("rules.yaml:" + line + ": " + problem);
    }

    @Test
    void aFileWithoutCatchAllIsRefused() {
        assertThatThrownBy(() -> parse("- match: a\n  key: [/detail]"))
                .hasMessage(
                        "rules.yaml:1: events that match no rule would have no key; end the file with - match: \"*\"");
    }

    @Test
    void whatIsNoListOfRulesIsRefused() {
        for (String file : List.of("", "# nothing\n", "match: a", "text", "[]")) {
            assertThatThrownBy(() -> parse(file))
                    .hasMessage("rules.yaml:1: not a list of rules; begin each rule with '- match:'");
        }
    }

    @Test
    void whatIsNoYamlIsRefusedInOneLine() {
        for (String file : List.of("\t- a", "- match: 'a\n", "--- a\n--- b\n", "- \u0001")) {
            assertThatThrownBy(() -> parse(file))
                    .isInstanceOf(KeyRulesException.class)
                    .message()
                    .matches("rules.yaml:[1-9][0-9]*: .+; fix the YAML")
                    .doesNotContain("\n");
        }
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        Path file = directory.resolve("none.yaml");
        assertThatThrownBy(() -> KeyRules.load(file, Duration.ofMinutes(5)))
                .hasMessage(file + ": there is no such file");
        assertThatThrownBy(() -> KeyRules.load("classpath:none.yaml", Duration.ofMinutes(5)))
                .hasMessage("classpath:none.yaml: there is no such resource");
    }

    @Test
    void aFileThatIsNotUtf8IsRefused() throws Exception {
        Path file = Files.write(directory.resolve("latin1.yaml"), new byte[] {'-', ' ', (byte) 0xE4});
        assertThatThrownBy(() -> KeyRules.load(file.toString(), Duration.ofMinutes(5)))
                .hasMessage(file + ":1: found the byte 0xE4, which is not UTF-8; save the file as UTF-8");
    }

    @Test
    void theFileOfTheProjectIsOnTheClassPathToo() {
        assertThat(KeyRules.load("classpath:META-INF/event-dedup/event-keys.yaml", Duration.ofMinutes(5))
                        .rules())
                .hasSameSizeAs(
                        KeyRules.load(KeyRules.FILE, Duration.ofMinutes(5)).rules());
    }

    private static List<KeyRule> rules(String rule) {
        return parse(rule + CATCH_ALL);
    }

    private static List<KeyRule> parse(String text) {
        return new KeyRuleFile("rules.yaml", Duration.ofMinutes(5)).parse(text);
    }
}
