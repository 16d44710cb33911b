package io.eventdedup.key;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * A floating-point number as Python's {@code repr} prints it: the fewest digits that read back as the same double, of
 * these the nearest to it, and an exponent only below 1e-4 and from 1e16 on.
 *
 * <p>{@link Double#toString(double)} is no help: before Java 19 it does not always find the fewest digits, so the hash
 * would depend on the Java version.
 */
final class PythonFloat {

    /** Any decimal of so few digits is the only one of that length that reads as its double, so it is the shortest. */
    private static final int UNIQUE_DIGITS = 15;

    /** Within these powers of ten a double is normal, and {@link #UNIQUE_DIGITS} holds. */
    private static final int MAX_UNIQUE_EXPONENT = 290;

    private static final int MAX_DIGITS = 17;

    private PythonFloat() {}

    /** The canonical form of a JSON number that has a fraction or an exponent. */
    static String canonical(String number) {
        boolean negative = number.charAt(0) == '-';
        String sign = negative ? "-" : "";
        String unsigned = negative ? number.substring(1) : number;
        int e = Math.max(unsigned.indexOf('e'), unsigned.indexOf('E'));
        String mantissa = e < 0 ? unsigned : unsigned.substring(0, e);
        int point = mantissa.indexOf('.');
        String digits = point < 0 ? mantissa : mantissa.substring(0, point) + mantissa.substring(point + 1);
        int first = 0;
        while (first < digits.length() && digits.charAt(first) == '0') {
            first++;
        }
        if (first == digits.length()) {
            return sign + "0.0";
        }
        String significant = withoutTrailingZeros(digits.substring(first));
        if (significant.length() <= UNIQUE_DIGITS) {
            long exponent = (point < 0 ? digits.length() : point) - first + (e < 0 ? 0 : exponent(unsigned, e + 1));
            if (Math.abs(exponent) <= MAX_UNIQUE_EXPONENT) {
                return sign + layout(significant, (int) exponent);
            }
        }
        return sign + canonical(Double.parseDouble(unsigned));
    }

    private static String canonical(double value) {
        if (value == 0) {
            return "0.0";
        }
        if (Double.isInfinite(value)) {
            return "Infinity";
        }
        BigDecimal exact = new BigDecimal(value);
        for (int digits = value < Double.MIN_NORMAL ? 1 : UNIQUE_DIGITS; digits < MAX_DIGITS; digits++) {
            BigDecimal shortest = nearestOf(digits, exact, value);
            if (shortest != null) {
                return layout(shortest);
            }
        }
        return layout(exact.round(new MathContext(MAX_DIGITS, RoundingMode.HALF_EVEN)));
    }

    /**
     * The decimal of so many digits that is nearest to the value among those that read back as it, or null. Below a
     * power of two the doubles lie denser, so the nearest decimal may miss where its neighbour on the other side hits.
     */
    private static BigDecimal nearestOf(int digits, BigDecimal exact, double value) {
        BigDecimal nearest = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
        if (nearest.doubleValue() == value) {
            return nearest;
        }
        RoundingMode otherSide = nearest.compareTo(exact) < 0 ? RoundingMode.UP : RoundingMode.DOWN;
        BigDecimal other = exact.round(new MathContext(digits, otherSide));
        return other.doubleValue() == value ? other : null;
    }

    private static String layout(BigDecimal value) {
        String digits = value.unscaledValue().toString();
        return layout(withoutTrailingZeros(digits), digits.length() - value.scale());
    }

    /** Prints 0.DIGITS times ten to the power of the exponent. */
    private static String layout(String digits, int exponent) {
        int length = digits.length();
        if (exponent > 16 || exponent < -3) {
            int power = exponent - 1;
            String fraction = length == 1 ? "" : "." + digits.substring(1);
            String padding = Math.abs(power) < 10 ? "0" : "";
            return digits.charAt(0) + fraction + "e" + (power < 0 ? "-" : "+") + padding + Math.abs(power);
        }
        if (exponent <= 0) {
            return "0." + "0".repeat(-exponent) + digits;
        }
        if (exponent >= length) {
            return digits + "0".repeat(exponent - length) + ".0";
        }
        return digits.substring(0, exponent) + "." + digits.substring(exponent);
    }

    private static String withoutTrailingZeros(String digits) {
        int end = digits.length();
        while (end > 1 && digits.charAt(end - 1) == '0') {
            end--;
        }
        return digits.substring(0, end);
    }

    /** The exponent written from here to the end; a huge one counts as just too large. */
    private static long exponent(String number, int start) {
        boolean negative = number.charAt(start) == '-';
        long exponent = 0;
        for (int i = start; i < number.length(); i++) {
            char c = number.charAt(i);
            if (c >= '0' && c <= '9') {
                exponent = Math.min(exponent * 10 + (c - '0'), Integer.MAX_VALUE);
            }
        }
        return negative ? -exponent : exponent;
    }
}
