package io.eventdedup.json;

import java.math.BigInteger;

/**
 * A floating-point number as Python's {@code repr} prints it: the fewest digits that read back as the same double, of those the
 * nearest to it, and an exponent only below 1e-4 and from 1e16 on.
 *
 * <p>{@link Double#toString(double)} cannot be used: before Java 19 it does not always find the fewest digits, so the hash would
 * depend on the Java version.
 */
public final class PythonFloat {

    /** No two decimals with at most this many digits read as the same double, so such a decimal is the shortest. */
    private static final int UNIQUE_DIGITS = 15;

    /** Within these powers of ten doubles are normal numbers, so {@link #UNIQUE_DIGITS} applies. */
    private static final int MAX_UNIQUE_EXPONENT = 290;

    private static final int FRACTION_BITS = 52;
    private static final int EXPONENT_BIAS = 1075;

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
        return Double.isInfinite(value) ? "Infinity" : shortest(value);
    }

    /**
     * The algorithm of Burger and Dybvig ("Printing floating-point numbers quickly and accurately", 1996): generates the digits
     * of an exact fraction until the rest is less than half the distance to the next double on either side.
     */
    private static String shortest(double value) {
        long bits = Double.doubleToLongBits(value);
        long fraction = bits & (1L << FRACTION_BITS) - 1;
        int biased = (int) (bits >>> FRACTION_BITS);
        long mantissa = biased == 0 ? fraction : fraction | 1L << FRACTION_BITS;
        int power = Math.max(biased, 1) - EXPONENT_BIAS;
        boolean readsUp = (mantissa & 1) == 0;

        // value = rest / scale; above and below are half the distances to the next doubles, in the same unit
        BigInteger rest = BigInteger.valueOf(mantissa).shiftLeft(Math.max(power, 0) + 2);
        BigInteger scale = BigInteger.ONE.shiftLeft(Math.max(-power, 0) + 2);
        BigInteger above = BigInteger.ONE.shiftLeft(Math.max(power, 0) + 1);
        BigInteger below = fraction == 0 && biased > 1 ? above.shiftRight(1) : above;

        int exponent = (int) Math.ceil(Math.log10(value) - 1e-10);
        BigInteger tens = BigInteger.TEN.pow(Math.abs(exponent));
        if (exponent >= 0) {
            scale = scale.multiply(tens);
        } else {
            rest = rest.multiply(tens);
            above = above.multiply(tens);
            below = below.multiply(tens);
        }
        if (rest.add(above).compareTo(scale) >= (readsUp ? 0 : 1)) {
            exponent++;
            scale = scale.multiply(BigInteger.TEN);
        }

        StringBuilder digits = new StringBuilder();
        boolean low;
        boolean high;
        do {
            BigInteger[] digit = rest.multiply(BigInteger.TEN).divideAndRemainder(scale);
            digits.append((char) ('0' + digit[0].intValue()));
            rest = digit[1];
            above = above.multiply(BigInteger.TEN);
            below = below.multiply(BigInteger.TEN);
            low = rest.compareTo(below) < (readsUp ? 1 : 0);
            high = rest.add(above).compareTo(scale) >= (readsUp ? 0 : 1);
        } while (!low && !high);

        int last = digits.length() - 1;
        int half = rest.shiftLeft(1).compareTo(scale);
        boolean odd = (digits.charAt(last) & 1) == 1;
        if (high && (!low || half > 0 || half == 0 && odd)) {
            digits.setCharAt(last, (char) (digits.charAt(last) + 1));
        }
        return layout(digits.toString(), exponent);
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

    /** The exponent written from here to the end, capped at the largest int. */
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
