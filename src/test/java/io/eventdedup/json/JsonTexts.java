package io.eventdedup.json;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Generated JSON texts, with what is hard to get right over-represented. */
public final class JsonTexts {

    private JsonTexts() {}

    /** Any JSON value; it holds no line break. */
    public static Arbitrary<String> values() {
        return values(3).withoutEdgeCases();
    }

    private static Arbitrary<String> values(int depth) {
        Arbitrary<String> scalars =
                Arbitraries.oneOf(numbers(), strings(), Arbitraries.of("true", "false", "null", "[]", "{}", " [ ] "));
        if (depth == 0) {
            return scalars;
        }
        Arbitrary<String> arrays =
                values(depth - 1).list().ofMaxSize(5).map(elements -> "[" + String.join(" ,", elements) + "]");
        Arbitrary<String> objects = Combinators.combine(strings(), values(depth - 1))
                .as((name, value) -> name + " : " + value)
                .list()
                .ofMaxSize(6)
                .map(members -> "{" + String.join(",", members) + "}");
        return Arbitraries.oneOf(scalars, arrays, objects);
    }

    /** Members of one object, with different names. */
    public static Arbitrary<List<String>> members() {
        return Arbitraries.maps(strings().map(JsonTexts::decoded), values(2))
                .ofMaxSize(6)
                .withoutEdgeCases()
                .map(members -> new TreeMap<>(members)
                        .entrySet().stream().map(JsonTexts::member).toList());
    }

    private static String member(Map.Entry<String, String> member) {
        return CanonicalJson.of(Json.JsonString.of(member.getKey())) + ":" + member.getValue();
    }

    private static String decoded(String string) {
        return JsonReader.unescape(string, 1, string.length() - 1);
    }

    private static Arbitrary<String> numbers() {
        Arbitrary<String> doubles = Arbitraries.longs()
                .map(Double::longBitsToDouble)
                .filter(Double::isFinite)
                .map(value -> String.format("%.17e", value));
        Arbitrary<String> decimals = Combinators.combine(
                        Arbitraries.longs(), Arbitraries.longs().between(0, Long.MAX_VALUE), exponents())
                .as((whole, fraction, exponent) -> whole + "." + fraction + exponent);
        Arbitrary<String> shortDecimals = Combinators.combine(
                        Arbitraries.integers(), Arbitraries.integers().between(0, 9999), exponents())
                .as((whole, fraction, exponent) -> whole + "." + fraction + exponent);
        Arbitrary<String> integers = Arbitraries.bigIntegers().map(Object::toString);
        return Arbitraries.oneOf(
                doubles, decimals, shortDecimals, integers, Arbitraries.of("-0", "-0.0", "0e1", "1e400", "-1E+400"));
    }

    private static Arbitrary<String> exponents() {
        return Arbitraries.oneOf(
                Arbitraries.just(""),
                Arbitraries.integers().between(-30, 30).map(exponent -> "e" + exponent),
                Arbitraries.integers().between(0, 400).map(exponent -> "E+" + exponent),
                Arbitraries.integers().between(0, 400).map(exponent -> "E-0" + exponent));
    }

    private static Arbitrary<String> strings() {
        Arbitrary<String> plain = Arbitraries.integers()
                .between(0x20, Character.MAX_CODE_POINT)
                .filter(c -> c != '"' && c != '\\' && (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE))
                .map(Character::toString);
        Arbitrary<String> ascii = Arbitraries.chars().alpha().map(String::valueOf);
        Arbitrary<String> units = Arbitraries.integers().between(0, 0xFFFF).map(unit -> String.format("\\u%04x", unit));
        Arbitrary<String> surrogates = Arbitraries.integers()
                .between(Character.MIN_SURROGATE, Character.MAX_SURROGATE)
                .map(unit -> String.format("\\u%04X", unit));
        Arbitrary<String> escapes =
                Arbitraries.of("\\\"", "\\\\", "\\/", "\\b", "\\f", "\\n", "\\r", "\\t", "\u007f", "\\ud83d\\ude00");
        return Arbitraries.oneOf(plain, ascii, units, surrogates, escapes)
                .list()
                .ofMaxSize(6)
                .map(characters -> "\"" + String.join("", characters) + "\"");
    }
}
