package io.eventdedup.json;

import io.eventdedup.json.Json.JsonNumber;
import io.eventdedup.json.Json.JsonString;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.regex.Pattern;

/**
 * Rounds a timestamp to the nearest multiple of a unit, counted from 1970; half a unit is rounded up.
 *
 * <p>A timestamp is ISO-8601 text (UTC if it has no offset) or a number. A number below 10¹¹ is epoch seconds (up to the year
 * 5138), any other is epoch milliseconds (from 1973 on). The result is always ISO-8601 in UTC, so the same moment is rounded to
 * the same text however it is written.
 */
public final class TimestampRounding {

    private static final BigDecimal FIRST_MILLISECONDS = BigDecimal.TEN.pow(11);

    private static final BigDecimal YEAR_10000 = BigDecimal.valueOf(253_402_300_800L);

    /** Larger numbers are not timestamps, and exact arithmetic with 1e999999999 would never end. */
    private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,18}([.][0-9]{1,18})?([eE][+-]?[0-9]{1,2})?");

    private static final DateTimeFormatter ISO = new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_DATE_TIME)
            .appendPattern("[XXX][XX][X]")
            .toFormatter();

    private TimestampRounding() {}

    /** The rounded timestamp. A value that is not a timestamp stays as it is, which makes the key finer, never coarser. */
    static Json nearest(Json value, Duration unit) {
        Instant instant = parse(value);
        return instant == null ? value : nearest(instant, unit);
    }

    /** The moment of a timestamp; null if the value, which may be null, is not a timestamp. */
    public static Instant instantOf(Json value) {
        return isTimestamp(value) ? parse(value) : null;
    }

    /** Whether a value, which may be null, is ISO-8601 text or a number that stands for a time after 2001. */
    public static boolean isTimestamp(Json value) {
        Instant instant = parse(value);
        return instant != null && (value instanceof JsonString || instant.getEpochSecond() >= 1_000_000_000);
    }

    private static Instant parse(Json value) {
        try {
            if (value instanceof JsonString string) {
                return parse(string.value());
            }
            if (value instanceof JsonNumber number
                    && NUMBER.matcher(number.value()).matches()) {
                return parse(new BigDecimal(number.value()));
            }
        } catch (DateTimeException | ArithmeticException notATimestamp) {
            return null;
        }
        return null;
    }

    private static Instant parse(String text) {
        return ISO.parseBest(text, OffsetDateTime::from, LocalDateTime::from) instanceof OffsetDateTime time
                ? time.toInstant()
                : LocalDateTime.parse(text, ISO).toInstant(ZoneOffset.UTC);
    }

    private static Instant parse(BigDecimal number) {
        BigDecimal seconds = number.abs().compareTo(FIRST_MILLISECONDS) < 0 ? number : number.movePointLeft(3);
        if (seconds.compareTo(YEAR_10000) >= 0) {
            throw new DateTimeException("an identifier rather than a time");
        }
        return instant(seconds.movePointRight(9).setScale(0, RoundingMode.FLOOR));
    }

    private static Json nearest(Instant instant, Duration unit) {
        BigDecimal nanos = nanos(instant.getEpochSecond(), instant.getNano());
        BigDecimal unitNanos = nanos(unit.getSeconds(), unit.getNano());
        BigDecimal multiple = nanos.divide(unitNanos, 0, RoundingMode.HALF_UP);
        return JsonString.of(instant(multiple.multiply(unitNanos)).toString());
    }

    private static BigDecimal nanos(long seconds, int nanos) {
        return BigDecimal.valueOf(seconds).movePointRight(9).add(BigDecimal.valueOf(nanos));
    }

    private static Instant instant(BigDecimal nanos) {
        BigDecimal[] seconds = nanos.divideAndRemainder(BigDecimal.TEN.pow(9));
        return Instant.ofEpochSecond(seconds[0].longValueExact(), seconds[1].longValueExact());
    }
}
