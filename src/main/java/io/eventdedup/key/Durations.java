package io.eventdedup.key;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as operators write them: {@code 500ms}, {@code 20s}, {@code 5m}, {@code 24h}, {@code 14d}, or ISO-8601. */
public final class Durations {

    private static final Map<String, ChronoUnit> UNITS = Map.of(
            "ms", ChronoUnit.MILLIS,
            "s", ChronoUnit.SECONDS,
            "m", ChronoUnit.MINUTES,
            "h", ChronoUnit.HOURS,
            "d", ChronoUnit.DAYS);

    private static final Pattern NUMBER_AND_UNIT = Pattern.compile("([0-9]{1,18})(ms|s|m|h|d)");

    private Durations() {}

    /**
     * Reads a duration: a whole number with one unit of ms, s, m, h or d, or ISO-8601 such as {@code PT5M}.
     *
     * @throws IllegalArgumentException if it is neither, negative, or too long to count; the message says what to write
     */
    public static Duration parse(String text) {
        Matcher matcher = NUMBER_AND_UNIT.matcher(text);
        try {
            Duration duration = matcher.matches()
                    ? Duration.of(Long.parseLong(matcher.group(1)), UNITS.get(matcher.group(2)))
                    : Duration.parse(text);
            if (!duration.isNegative()) {
                return duration;
            }
        } catch (DateTimeException | ArithmeticException e) {
            throw unreadable(text, e);
        }
        throw unreadable(text, null);
    }

    private static IllegalArgumentException unreadable(String text, Exception cause) {
        return new IllegalArgumentException(
                "'" + text + "' is not a duration; write a whole number and a unit, such as 500ms, 20s, 5m, 24h or 14d",
                cause);
    }

    /** The duration with the largest unit that divides it: {@code 14d}, {@code 5m}, {@code 90s}. */
    public static String format(Duration duration) {
        for (String unit : new String[] {"d", "h", "m", "s", "ms"}) {
            Duration one = UNITS.get(unit).getDuration();
            long count = duration.dividedBy(one);
            if (count > 0 && one.multipliedBy(count).equals(duration)) {
                return count + unit;
            }
        }
        return duration.isZero() ? "0s" : duration.toString();
    }
}
