package io.eventdedup.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

class CanonicalJsonTest {

    /** Made by src/test/python/canonical_json_vectors.py. */
    private static final Path VECTORS = Path.of("src/test/resources/canonical-json-vectors.tsv");

    @Test
    void isWhatPythonPrintsForEveryVector() throws IOException {
        List<String> wrong = new ArrayList<>();
        List<String> vectors = Files.readAllLines(VECTORS);
        for (String vector : vectors) {
            int tab = vector.indexOf('\t');
            String json = vector.substring(0, tab);
            String expected = vector.substring(tab + 1);
            if (!canonical(json).equals(expected)) {
                wrong.add(json + " gives " + canonical(json) + ", Python prints " + expected);
            }
        }
        assertThat(vectors).hasSizeGreaterThan(10_000);
        assertThat(wrong).isEmpty();
    }

    @Test
    void separatesMembersAndElementsAsPythonDoes() {
        assertThat(canonical("{ \"b\":[1,2] , \"a\":null }")).isEqualTo("{\"a\": null, \"b\": [1, 2]}");
    }

    @Test
    void ordersNamesByCodePointNotByUtf16Unit() {
        assertThat(canonical("{\"\ud83d\ude00\":1,\"\uffff\":2}")).isEqualTo("{\"\\uffff\": 2, \"\\ud83d\\ude00\": 1}");
    }

    @Test
    void keepsTheLastValueOfARepeatedName() {
        assertThat(canonical("{\"a\":1,\"b\":2,\"a\":3}")).isEqualTo("{\"a\": 3, \"b\": 2}");
    }

    @Test
    void comparesNamesThatDifferOnlyInHowTheyAreEscapedAsOne() {
        assertThat(canonical("{\"a\":1,\"\\u0061\":2}")).isEqualTo("{\"a\": 2}");
    }

    @Test
    void keepsEveryDigitOfAHugeInteger() {
        String digits = "7".repeat(100_000);
        assertThat(canonical(digits)).isEqualTo(digits);
    }

    @Test
    void roundsAFractionOfManyDigitsToTheNearestDouble() {
        assertThat(canonical("0." + "3".repeat(100_000))).isEqualTo("0.3333333333333333");
    }

    @Property
    void doesNotDependOnTheOrderOfMembers(@ForAll("jsonObjects") List<String> members, @ForAll Random random) {
        List<String> shuffled = new ArrayList<>(members);
        Collections.shuffle(shuffled, random);
        assertThat(canonical(object(shuffled))).isEqualTo(canonical(object(members)));
    }

    @Property
    void readsBackAsItself(@ForAll("jsonValues") String json) {
        String canonical = canonical(json);
        assertThat(canonical(canonical.replace("Infinity", "1e400"))).isEqualTo(canonical);
    }

    @Property
    void everyDoubleReadsBackAsItselfAndNoShorterTextWould(@ForAll double value) {
        String canonical = canonical(String.format("%.17e", value));
        assertThat(Double.parseDouble(canonical)).isEqualTo(value);
        assertThat(digits(canonical)).isLessThanOrEqualTo(digits(Double.toString(value)));
    }

    @Property
    void everyTextOfOneDoubleIsTheSame(@ForAll @DoubleRange(min = -1e20, max = 1e20) double value) {
        assertThat(canonical(String.format("%.16e", value)))
                .isEqualTo(canonical(Double.toString(Double.parseDouble(String.format("%.16e", value)))));
    }

    @Provide
    Arbitrary<String> jsonValues() {
        return JsonTexts.values();
    }

    @Provide
    Arbitrary<List<String>> jsonObjects() {
        return JsonTexts.members();
    }

    private static String object(List<String> members) {
        return "{" + String.join(",", members) + "}";
    }

    private static long digits(String number) {
        String mantissa = number.toLowerCase().replaceAll("e.*", "").replaceAll("[-.]", "");
        return mantissa.replaceAll("^0+|0+$", "").length();
    }

    private static String canonical(String json) {
        try {
            return CanonicalJson.of(new JsonReader(json).document());
        } catch (JsonException e) {
            throw new AssertionError(json, e);
        }
    }
}
