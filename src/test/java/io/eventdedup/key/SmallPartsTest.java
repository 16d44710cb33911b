package io.eventdedup.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Globs, pointers, durations, topic names. */
class SmallPartsTest {

    @ParameterizedTest
    @CsvSource({
        "a, a, true",
        "a, ab, false",
        "ab, a, false",
        "*, '', true",
        "a*, a, true",
        "a*c, abc, true",
        "a*c, abcd, false",
        "*a*b, xaxaxb, true",
        "*ab, aab, true",
        "v2.users.{id}.presence, v2.users.{id}.presence, true",
        "v2.users.{id}.presence, v2.users.x.presence, false",
        "a.c, abc, false",
        "a?, ab, false",
    })
    void aGlobMatches(String glob, String type, boolean matches) {
        assertThat(new Glob(glob).matches(type)).isEqualTo(matches);
    }

    @ParameterizedTest
    @CsvSource({
        "*, a*b, true",
        "a*, ab*, true",
        "a*, a*, true",
        "*b, a*b, true",
        "ab*, a*, false",
        "a, *, false",
        "a*b, a*, false",
        "*a*, *ab*, true",
        "**, *, true",
        "*, **, true",
    })
    void aGlobCoversAnother(String glob, String other, boolean covers) {
        assertThat(new Glob(glob).covers(new Glob(other))).isEqualTo(covers);
    }

    @Property
    void whatACoveredGlobMatchesIsMatchedByTheCoveringOne(
            @ForAll @Chars({'a', 'b', '*'}) @StringLength(max = 5) String covering,
            @ForAll @Chars({'a', 'b', '*'}) @StringLength(max = 5) String covered,
            @ForAll @AlphaChars @StringLength(max = 4) String filling) {
        String type = covered.replace("*", filling);
        assertThat(new Glob(covered).matches(type)).isTrue();
        if (new Glob(covering).covers(new Glob(covered))) {
            assertThat(new Glob(covering).matches(type)).isTrue();
        }
    }

    @Test
    @Timeout(120)
    void aGlobWithManyAsterisksIsMatchedInBoundedTime() {
        assertThat(new Glob("*a".repeat(30) + "b").matches("a".repeat(10_000))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "500ms, PT0.5S",
        "20s, PT20S",
        "5m, PT5M",
        "24h, PT24H",
        "14d, PT336H",
        "0s, PT0S",
        "PT5M, PT5M",
        "P1D, PT24H",
    })
    void aDurationIsRead(String text, Duration expected) {
        assertThat(Durations.parse(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "5",
                "5 m",
                "m",
                "-5m",
                "PT-5M",
                "1.5h",
                "5min",
                "5M",
                "1h30m",
                "999999999999999999d",
                "\u0665m"
            })
    void whatIsNoDurationIsRefused(String text) {
        assertThatThrownBy(() -> Durations.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'" + text
                        + "' is not a duration; write a whole number and a unit, such as 500ms, 20s, 5m, 24h or 14d");
    }

    @ParameterizedTest
    @CsvSource({"PT336H, 14d", "PT5M, 5m", "PT90S, 90s", "PT0.5S, 500ms", "PT0S, 0s", "PT0.0000001S, PT0.0000001S"})
    void aDurationIsShownInItsLargestUnit(Duration duration, String expected) {
        assertThat(Durations.format(duration)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "v2.users.2e904e99-923b-4a54-88cf-3484b95938fb.presence, v2.users.{id}.presence",
        "v2.detail.events.conversation.a4441acb-e00d-42f9-8207-2df8d55d375d.flow.outcome,"
                + " v2.detail.events.conversation.{id}.flow.outcome",
        "v2.operations.events.d8ad6a0b-2a5a-4738-99c5-8911045cb99d, v2.operations.events.{id}",
        "v2.audits.entitytype.UserPresence.entityid.2e904e99-923b-4a54-88cf-3484b95938fb,"
                + " v2.audits.entitytype.{id}.entityid.{id}",
        "v2.audits.entitytype.Queue.entityid.some-name, v2.audits.entitytype.{id}.entityid.{id}",
        "v2.things.4711.state, v2.things.{id}.state",
        "v2.quality.evaluations, v2.quality.evaluations",
    })
    void aTopicNamesItsType(String topicName, String detailType) {
        assertThat(TopicName.detailType(topicName)).isEqualTo(detailType);
    }
}
